package io.tlbscope.core.fp;

/** Between single and double precision and integers (Intel SDM vol. 1, 4.8.4.2, 11.4.1.6). */
public final class FloatConversion {
  private FloatConversion() {}

  /** To the other format. */
  public static long convert(FloatUnit u, FloatFormat from, FloatFormat to, long operand) {
    long a = u.operand(from, operand);
    boolean negative = from.negative(a);
    long sign = negative ? to.sign : 0;
    if (from.nan(a)) {
      if (from.signalling(a)) {
        u.raise(FloatUnit.IE);
      }
      long top = a << 63 - from.fraction;
      return sign | to.infinity | to.quiet | top << 1 >>> 1 >>> 63 - to.fraction;
    }
    u.denormal(from, a);
    if (from.zero(a)) {
      return sign;
    }
    if (from.infinite(a)) {
      return sign | to.infinity;
    }
    int exponent = from.exponent(a) - from.bias + to.bias;
    return u.round(to, negative, exponent, from.significand(a));
  }

  public static long fromInteger(FloatUnit u, FloatFormat f, long value) {
    if (value == 0) {
      return 0;
    }
    long magnitude = Math.abs(value);
    int shift = Long.numberOfLeadingZeros(magnitude);
    return u.round(f, value < 0, f.bias + 63 - shift, magnitude << shift);
  }

  /**
   * To an integer of 32 or 64 bits; the integer indefinite, with #I alone, if it does not fit.
   * Denormals raise no #D.
   */
  public static long toInteger(
      FloatUnit u, FloatFormat f, long operand, int bits, boolean truncate) {
    long a = u.operand(f, operand);
    long indefinite = -1L << bits - 1;
    if (f.zero(a)) {
      return 0;
    }
    int shift = f.bias + 63 - f.exponent(a);
    boolean negative = f.negative(a);
    if ((a & f.infinity) == f.infinity || shift < 0) {
      u.raise(FloatUnit.IE);
      return indefinite;
    }
    long x = f.significand(a);
    long kept = shift < 64 ? x >>> shift : 0;
    long rest = ExtendedUnit.jam(x, 0, shift);
    kept += FloatUnit.increment(negative, kept, rest, truncate ? FloatUnit.ZERO : u.rounding());
    long limit = negative ? 1L << bits - 1 : (1L << bits - 1) - 1;
    if (Long.compareUnsigned(kept, limit) > 0) {
      u.raise(FloatUnit.IE);
      return indefinite;
    }
    if (rest != 0) {
      u.raise(FloatUnit.PE);
    }
    return negative ? -kept : kept;
  }

  /**
   * To an integral number of the same format (Intel SDM vol. 2B, ROUNDPD).
   *
   * @param control bits 1..0 rounding, 2 as MXCSR has it, 3 without #P
   */
  public static long toIntegral(FloatUnit u, FloatFormat f, long operand, int control) {
    long a = u.operand(f, operand);
    if (f.nan(a)) {
      return u.nan(f, a, a);
    }
    int shift = f.bias + f.fraction - f.exponent(a);
    if (f.zero(a) || shift <= 0) {
      return a;
    }
    boolean negative = f.negative(a);
    int lost = Math.min(shift, f.fraction + 2) + 63 - f.fraction;
    long x = f.significand(a);
    long kept = lost < 64 ? x >>> lost : 0;
    long rest = ExtendedUnit.jam(x, 0, lost);
    kept +=
        FloatUnit.increment(negative, kept, rest, (control & 4) != 0 ? u.rounding() : control & 3);
    if (rest != 0 && (control & 8) == 0) {
      u.raise(FloatUnit.PE);
    }
    long sign = a & f.sign;
    if (kept == 0) {
      return sign;
    }
    int up = Long.numberOfLeadingZeros(kept);
    long fraction = kept << up << 1 >>> 64 - f.fraction;
    return sign | (long) (f.bias + 63 - up) << f.fraction | fraction;
  }
}
