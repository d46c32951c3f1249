/**
 * Machine code to instructions and to text. Depends on nothing else of the emulator; knows no vCPU,
 * no memory and no fault. Intel SDM vol. 2A chapter 2 (formats), vol. 2D appendix A (opcode maps).
 */
package io.tlbscope.core.isa;
