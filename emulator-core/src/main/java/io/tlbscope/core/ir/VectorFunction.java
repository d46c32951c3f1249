package io.tlbscope.core.ir;

import io.tlbscope.core.fp.FloatUnit;

/**
 * What an SSE instruction does to its destination, as one function for each quadword of the result;
 * both engines call them.
 *
 * @param low gives the low quadword; null if {@code floats} does
 * @param high gives the high quadword; null if that stays as it is
 * @param floats floating-point arithmetic, which may raise exceptions; null if it is none
 * @param shape what it is, where a translator has something better than calling the functions
 */
public record VectorFunction(Half low, Half high, Floats floats, Shape shape) {
  /** Operations that a JVM, or a processor, has an instruction for. */
  public enum Shape {
    GENERAL,
    /** All 16 bytes of the source. */
    COPY,
    /** The source's low quadword. */
    MOVE,
    AND,
    OR,
    XOR,
    ADD_QUADWORDS,
    SUB_QUADWORDS,
    /** On the low quadwords as numbers of double precision. */
    ADD_DOUBLE,
    SUB_DOUBLE,
    MUL_DOUBLE,
    DIV_DOUBLE,
    /** Another function of doubles. */
    DOUBLE;

    /** The low quadwords are numbers of double precision. */
    public boolean doubles() {
      return compareTo(ADD_DOUBLE) >= 0;
    }

    /** It moves or masks bits, whatever they stand for. */
    public boolean neutral() {
      return compareTo(COPY) >= 0 && compareTo(XOR) <= 0;
    }
  }

  static final VectorFunction COPY =
      new VectorFunction(
          (dl, dh, sl, sh, imm) -> sl, (dl, dh, sl, sh, imm) -> sh, null, Shape.COPY);

  VectorFunction(Half low, Half high) {
    this(low, high, null, Shape.GENERAL);
  }

  /** The same function, known to be of a shape. */
  VectorFunction as(Shape known) {
    return new VectorFunction(low, high, floats, known);
  }

  /** The high quadword is a result too. */
  public boolean whole() {
    return floats != null ? floats.high != null : high != null;
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

  /** One quadword of the result of arithmetic, which tells the unit what it raises. */
  @FunctionalInterface
  public interface FloatHalf {
    /** As {@link Half#apply}, in the unit's MXCSR. */
    long apply(FloatUnit u, long dl, long dh, long sl, long sh, int imm);
  }

  /** The quadwords of arithmetic; {@code high} is null if that stays as it is. */
  public record Floats(FloatHalf low, FloatHalf high) {}

  static VectorFunction floats(FloatHalf low, FloatHalf high) {
    return new VectorFunction(null, null, new Floats(low, high), Shape.GENERAL);
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
