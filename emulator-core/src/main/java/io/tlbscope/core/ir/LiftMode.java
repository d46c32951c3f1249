package io.tlbscope.core.ir;

import io.tlbscope.core.isa.CodeMode;

/**
 * What lifting depends on besides the bytes; part of a block's key.
 *
 * @param stackBits width of the stack pointer: 64, or SS.B's 32 or 16
 * @param flat no segment limit or right can be violated, so none is checked
 * @param linearBits width of a linear address
 */
public record LiftMode(CodeMode code, int stackBits, boolean flat, int linearBits) {
  /** 64-bit code. */
  public static final LiftMode LONG = new LiftMode(CodeMode.BITS64, 64, true, 48);

  /** 64-bit code with 5-level paging. */
  public static final LiftMode LONG57 = new LiftMode(CodeMode.BITS64, 64, true, 57);

  public boolean is64() {
    return code == CodeMode.BITS64;
  }
}
