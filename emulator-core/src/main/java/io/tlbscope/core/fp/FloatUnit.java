package io.tlbscope.core.fp;

/**
 * What SSE's floating-point arithmetic works in: MXCSR as an instruction begins, and the exceptions
 * that its lanes have raised (Intel SDM vol. 1, 10.2.3 and 11.5). One thread uses it.
 *
 * <pre>
 *   15 FTZ   14..13 RC   12..7 masks   6 DAZ   5 PE  4 UE  3 OE  2 ZE  1 DE  0 IE
 * </pre>
 */
public final class FloatUnit {
  /** Exceptions: invalid, denormal, zero divide, overflow, underflow, precision. */
  public static final int IE = 1, DE = 2, ZE = 4, OE = 8, UE = 16, PE = 32;

  /** All of them. */
  public static final int EXCEPTIONS = 0x3F;

  static final int NEAREST = 0, DOWN = 1, UP = 2, ZERO = 3;
  private static final int DAZ = 1 << 6, FTZ = 1 << 15, MASKS = 7;

  /** FTZ, rounding, masks, DAZ. */
  private static final int CONTROL = 0xFFC0;

  /** All exceptions masked, to nearest, denormals as they are. */
  private static final int USUAL = 0x1F80;

  private int control = USUAL;
  private int raised;
  private boolean usual;
  private boolean precise;
  private boolean careful;

  /** Makes ready for an instruction. */
  public void begin(int mxcsr) {
    control = mxcsr;
    raised = 0;
    usual = (mxcsr & CONTROL) == USUAL;
    precise = (mxcsr & PE) == 0;
    careful = false;
  }

  /** The host's arithmetic is right for operands and results that raise no more than #P. */
  public boolean usual() {
    return usual;
  }

  /** PE is clear: whether a result is exact is to be {@link #note noted}. */
  public boolean precise() {
    return precise;
  }

  /** Until the next {@link #begin}: set when a denormal has been met. */
  public boolean careful() {
    return careful;
  }

  public void beCareful() {
    careful = true;
  }

  /** Notes how far a result is from the exact one, 0 for not at all. */
  public void note(long error) {
    if (error != 0) {
      raise(PE);
    }
  }

  void raise(int flags) {
    raised |= flags;
    precise &= (flags & PE) == 0;
  }

  /**
   * What the instruction sets in MXCSR: an unmasked exception that comes before the operation, in
   * any lane, leaves those that come after it out.
   */
  public int exceptions() {
    return (raised & unmasked(control) & (IE | DE | ZE)) != 0 ? raised & (IE | DE | ZE) : raised;
  }

  /** The exceptions that this MXCSR does not mask. */
  public static int unmasked(int mxcsr) {
    return ~(mxcsr >> MASKS) & EXCEPTIONS;
  }

  int rounding() {
    return control >> 13 & 3;
  }

  boolean masked(int exception) {
    return (control >> MASKS & exception) != 0;
  }

  /** An operand as DAZ lets it be. */
  public long operand(FloatFormat f, long a) {
    return (control & DAZ) != 0 && f.denormal(a) ? a & f.sign : a;
  }

  long invalid(FloatFormat f) {
    raise(IE);
    return f.indefinite;
  }

  void denormal(FloatFormat f, long a) {
    if (f.denormal(a)) {
      raise(DE);
    }
  }

  /** What comes of two operands of which one is a NaN: the first NaN, made quiet. */
  long nan(FloatFormat f, long a, long b) {
    if (f.signalling(a) || f.signalling(b)) {
      raise(IE);
    }
    return (f.nan(a) ? a : b) | f.quiet;
  }

  /**
   * Rounds a number that is not 0.
   *
   * @param exponent biased, of any size
   * @param x significand, its highest bit set; its lowest bit may stand for all that is lost
   */
  long round(FloatFormat f, boolean negative, int exponent, long x) {
    long sign = negative ? f.sign : 0;
    int shift = 63 - f.fraction;
    long kept = x >>> shift;
    long rest = x << 64 - shift;
    kept += increment(negative, kept, rest, rounding());
    boolean carries = kept == 2L << f.fraction;
    boolean tiny = exponent <= 0 && !(exponent == 0 && carries);
    if (tiny && masked(UE)) {
      return sign | tiny(f, negative, exponent, x);
    }
    if (carries) {
      exponent++;
      kept >>>= 1;
    }
    // Unmasked, overflow and underflow say nothing of the rounding that the format would ask for.
    raise((rest != 0 ? PE : 0) | (tiny ? UE : 0));
    if (exponent >= f.most) {
      return sign | overflow(f, negative);
    }
    return sign | encoded(f, exponent, kept);
  }

  private static long encoded(FloatFormat f, int exponent, long kept) {
    return (long) exponent << f.fraction | kept & (1L << f.fraction) - 1;
  }

  /** Less than the smallest normal number, also with exponents unlimited; #U is masked. */
  private long tiny(FloatFormat f, boolean negative, int exponent, long x) {
    if ((control & FTZ) != 0) {
      raise(UE | PE);
      return 0;
    }
    int shift = 63 - f.fraction + Math.min(1 - exponent, 64);
    long kept = shift < 64 ? x >>> shift : 0;
    long rest = ExtendedUnit.jam(x, 0, shift);
    if (rest != 0) {
      raise(UE | PE);
    }
    return kept + increment(negative, kept, rest, rounding());
  }

  private long overflow(FloatFormat f, boolean negative) {
    raise(masked(OE) ? OE | PE : OE);
    boolean up = rounding() == NEAREST || rounding() == (negative ? DOWN : UP);
    return up ? f.infinity : f.infinity - 1;
  }

  /** 1 if what is kept of a magnitude rounds up, given the rest as a fraction of 64 bits. */
  static long increment(boolean negative, long kept, long rest, int rounding) {
    if (rest == 0) {
      return 0;
    }
    boolean up =
        switch (rounding) {
          case NEAREST -> rest == Long.MIN_VALUE ? (kept & 1) != 0 : rest < 0;
          case DOWN -> negative;
          case UP -> !negative;
          default -> false;
        };
    return up ? 1 : 0;
  }
}
