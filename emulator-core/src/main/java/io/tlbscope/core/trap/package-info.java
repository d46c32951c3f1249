/**
 * Exceptions and interrupts through the IVT and the IDT, double and triple fault, INIT, SIPI and
 * reset. Must not depend on system, ir, interpret or anything right of them. Intel SDM vol. 3A,
 * chapters 6 and 9; vol. 1, 6.5.
 */
package io.tlbscope.core.trap;
