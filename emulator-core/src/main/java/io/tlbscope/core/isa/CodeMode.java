package io.tlbscope.core.isa;

/** Default operand and address size of the code being decoded: CS.L and CS.D. */
public enum CodeMode {
  BITS16,
  BITS32,
  BITS64
}
