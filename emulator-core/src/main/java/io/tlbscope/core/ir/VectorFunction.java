package io.tlbscope.core.ir;

/** What an SSE instruction does to its destination; both engines call it. */
@FunctionalInterface
public interface VectorFunction {
  /**
   * @param x the XMM registers, two quadwords each, low one first
   * @param d index of the destination's low quadword
   * @param s index of the source's
   * @param imm immediate operand, 0..255
   */
  void apply(long[] x, int d, int s, int imm);

  /** An XMM register from a general one. */
  @FunctionalInterface
  interface FromGeneral {
    void apply(long[] x, int d, long value, int imm);
  }

  /** A general register from an XMM register. */
  @FunctionalInterface
  interface ToGeneral {
    long apply(long[] x, int s, int imm);
  }
}
