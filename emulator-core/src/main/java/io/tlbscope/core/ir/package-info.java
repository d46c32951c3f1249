/**
 * Typed operations that instructions are lifted to, one file an instruction family; both engines
 * consume them. Depends on isa, cpu and system.Helper; must not depend on interpret. Intel SDM vol.
 * 2 (instruction set reference), vol. 1 chapters 3 to 7.
 */
package io.tlbscope.core.ir;
