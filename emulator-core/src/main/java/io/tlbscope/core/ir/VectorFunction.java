package io.tlbscope.core.ir;

/**
 * What an SSE instruction does to its destination, as one pure function for each quadword of the
 * result; both engines call them.
 *
 * @param low gives the low quadword
 * @param high gives the high quadword; null if that stays as it is
 * @param doubles the low quadwords are numbers of double precision
 */
public record VectorFunction(Half low, Half high, boolean doubles) {
  /** All 16 bytes. */
  static final VectorFunction COPY =
      new VectorFunction((dl, dh, sl, sh, imm) -> sl, (dl, dh, sl, sh, imm) -> sh);

  VectorFunction(Half low, Half high) {
    this(low, high, false);
  }

  /** It moves quadwords and does not look at them. */
  public boolean copies() {
    return this == COPY;
  }

  /** One quadword of the result. */
  @FunctionalInterface
  public interface Half {
    /**
     * Works the quadword out.
     *
     * @param dl low quadword of the destination before
     * @param dh its high quadword
     * @param sl low quadword of the source, or a general register
     * @param sh its high quadword
     * @param imm immediate operand, 0..255
     */
    long apply(long dl, long dh, long sl, long sh, int imm);
  }

  /** A quadword from the destination's and the source's at the same place. */
  @FunctionalInterface
  interface Pair {
    long apply(long d, long s);
  }

  /** The same on both quadwords, each on its own. */
  static VectorFunction each(Pair f) {
    return new VectorFunction(
        (dl, dh, sl, sh, imm) -> f.apply(dl, sl), (dl, dh, sl, sh, imm) -> f.apply(dh, sh));
  }

  /** On the low quadword alone. */
  static VectorFunction low(Pair f) {
    return new VectorFunction((dl, dh, sl, sh, imm) -> f.apply(dl, sl), null);
  }

  /** As {@link #low}, on numbers of double precision. */
  static VectorFunction scalar(Pair f) {
    return new VectorFunction((dl, dh, sl, sh, imm) -> f.apply(dl, sl), null, true);
  }

  /**
   * Applies it to registers in an array.
   *
   * @param x the XMM registers, two quadwords each, low one first
   * @param d index of the destination's low quadword
   * @param sl the source's low quadword
   * @param sh its high one
   */
  public void apply(long[] x, int d, long sl, long sh, int imm) {
    long dl = x[d];
    long dh = x[d + 1];
    x[d] = low.apply(dl, dh, sl, sh, imm);
    if (high != null) {
      x[d + 1] = high.apply(dl, dh, sl, sh, imm);
    }
  }
}
