/**
 * Local APICs and an I/O APIC, attached to the core through woven seams only. Must not depend on
 * core rooms other than hook, plugin, trace and the constants of cpu; the core knows nothing of it.
 * Intel SDM vol. 3A, chapter 11 (APIC), and the 82093AA I/O APIC data sheet.
 */
package io.tlbscope.apic;
