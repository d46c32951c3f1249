package io.tlbscope.core.x87;

import io.tlbscope.core.cpu.X87State;

/** What one x87 instruction does; both engines call it. Exceptions end in the status word. */
@FunctionalInterface
public interface X87Function {
  /**
   * Carries the instruction out.
   *
   * @param i number of the other stack register
   * @param low memory operand, or its low 64 bits; a condition
   * @param high bits 79..64 of a memory operand
   * @return the low 64 bits of what is stored, an image of RFLAGS, or 0: see each function
   */
  long apply(X87State f, int i, long low, long high);
}
