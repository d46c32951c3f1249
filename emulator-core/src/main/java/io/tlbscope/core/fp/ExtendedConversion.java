package io.tlbscope.core.fp;

/** Between the extended format and narrower floats and integers (Intel SDM vol. 1, 4.8.3, 4.9). */
public final class ExtendedConversion {
  private static final long INDEFINITE_64 = 1L << 63;

  private ExtendedConversion() {}

  /** A float of 32 bits as it is: a signalling NaN still signals. Notes a denormal. */
  public static void fromFloat(ExtendedUnit u, int bits) {
    widen(u, bits < 0, bits >>> 23 & 0xFF, 0xFF, (long) bits << 40 & Long.MAX_VALUE, 127);
  }

  /** A float of 64 bits. */
  public static void fromDouble(ExtendedUnit u, long bits) {
    widen(u, bits < 0, (int) (bits >>> 52) & 0x7FF, 0x7FF, bits << 11 & Long.MAX_VALUE, 1023);
  }

  private static void widen(
      ExtendedUnit u, boolean negative, int exponent, int most, long fraction, int bias) {
    int sign = negative ? Extended.SIGN : 0;
    if (exponent == most) {
      u.result(sign | Extended.EXPONENT, fraction | Extended.INTEGER);
    } else if (exponent != 0) {
      u.result(sign | exponent + Extended.BIAS - bias, fraction | Extended.INTEGER);
    } else if (fraction == 0) {
      u.result(sign, 0);
    } else {
      int shift = Long.numberOfLeadingZeros(fraction);
      u.denormalOperand = true;
      u.result(sign | 1 + Extended.BIAS - bias - shift, fraction << shift);
    }
  }

  /** Loads what {@link #fromFloat} and {@link #fromDouble} left: NaNs get quiet, #D and #I. */
  public static void loaded(ExtendedUnit u) {
    if (!ExtendedNan.result(u, u.se, u.significand)) {
      u.denormal(false);
    }
  }

  public static void fromInteger(ExtendedUnit u, long value) {
    if (value == 0) {
      u.result(0, 0);
      return;
    }
    long magnitude = Math.abs(value);
    int shift = Long.numberOfLeadingZeros(magnitude);
    u.result((value < 0 ? Extended.SIGN : 0) | Extended.BIAS + 63 - shift, magnitude << shift);
  }

  /** To 32 bits. */
  public static int toFloat(ExtendedUnit u, int se, long significand) {
    return (int) narrow(u, se, significand, 24, 8);
  }

  /** To 64 bits. */
  public static long toDouble(ExtendedUnit u, int se, long significand) {
    return narrow(u, se, significand, 53, 11);
  }

  private static long narrow(ExtendedUnit u, int se, long x, int bits, int exponentBits) {
    boolean negative = (se & Extended.SIGN) != 0;
    int exponent = se & Extended.EXPONENT;
    int most = (1 << exponentBits) - 1;
    long sign = negative ? 1L << bits + exponentBits - 1 : 0;
    long infinity = (long) most << bits - 1;
    if (ExtendedNan.result(u, se, x)) {
      sign = (u.se & Extended.SIGN) != 0 ? 1L << bits + exponentBits - 1 : 0;
      return sign | infinity | u.significand << 1 >>> 65 - bits;
    }
    if (exponent == Extended.EXPONENT) {
      return sign | infinity;
    }
    if (x == 0) {
      return sign;
    }
    int narrowed = ExtendedArithmetic.exponent(se, x) - Extended.BIAS + (most >> 1);
    x = ExtendedArithmetic.normalised(x);
    return sign | rounded(u, negative, narrowed, x, bits, most);
  }

  /**
   * Exponent and fraction of a rounded number.
   *
   * @param exponent biased as the narrow format has it
   * @param x normalised
   */
  private static long rounded(
      ExtendedUnit u, boolean negative, int exponent, long x, int bits, int most) {
    int shift = 64 - bits;
    long kept = x >>> shift;
    long rest = x << bits;
    long up = increment(u, negative, kept, rest);
    boolean carries = kept + up == 1L << bits;
    if (exponent <= 0 && !(exponent == 0 && carries)) {
      // Tiny also with unlimited exponents: #U unmasked, or if it is inexact.
      if ((u.control & ExtendedUnit.UE) == 0) {
        u.flags |= ExtendedUnit.UE;
      }
      shift += Math.min(1 - exponent, 64);
      kept = shift < 64 ? x >>> shift : 0;
      rest = ExtendedUnit.jam(x, 0, shift);
      up = increment(u, negative, kept, rest);
      mark(u, rest, up);
      if (rest != 0) {
        u.flags |= ExtendedUnit.UE;
      }
      return kept + up;
    }
    mark(u, rest, up);
    kept += up;
    if (carries) {
      exponent++;
      kept >>>= 1;
    }
    if (exponent < most) {
      return (long) exponent << bits - 1 | kept & (1L << bits - 1) - 1;
    }
    u.flags |= ExtendedUnit.OE | ExtendedUnit.PE;
    u.flags &= ~ExtendedUnit.C1;
    int rounding = u.rounding();
    if (rounding == ExtendedUnit.NEAREST
        || rounding == (negative ? ExtendedUnit.DOWN : ExtendedUnit.UP)) {
      u.flags |= ExtendedUnit.C1;
      return (long) most << bits - 1;
    }
    return ((long) most << bits - 1) - 1;
  }

  private static void mark(ExtendedUnit u, long rest, long up) {
    if (rest != 0) {
      u.flags |= ExtendedUnit.PE | (up != 0 ? ExtendedUnit.C1 : 0);
    }
  }

  /** 1 if what is kept rounds up, given the rest as a fraction of 64 bits. */
  static long increment(ExtendedUnit u, boolean negative, long kept, long rest) {
    if (rest == 0) {
      return 0;
    }
    boolean up =
        switch (u.rounding()) {
          case ExtendedUnit.NEAREST -> rest == Long.MIN_VALUE ? (kept & 1) != 0 : rest < 0;
          case ExtendedUnit.DOWN -> negative;
          case ExtendedUnit.UP -> !negative;
          default -> false;
        };
    return up ? 1 : 0;
  }

  /**
   * To an integer, in two's complement.
   *
   * @param bits 16, 32 or 64
   * @return the integer indefinite, -2^(bits-1), with #IA if it does not fit
   */
  public static long toInteger(ExtendedUnit u, int se, long x, int bits, boolean truncate) {
    boolean negative = (se & Extended.SIGN) != 0;
    long magnitude = magnitude(u, se, x, truncate);
    long limit = 1L << bits - 1;
    if ((u.flags & ExtendedUnit.IE) != 0
        || Long.compareUnsigned(magnitude, negative ? limit : limit - 1) > 0) {
      u.flags = u.flags & ~(ExtendedUnit.PE | ExtendedUnit.C1) | ExtendedUnit.IE;
      return -limit;
    }
    return negative ? -magnitude : magnitude;
  }

  /** The magnitude rounded to an integer, unsigned; #IA from 2^64 on. */
  static long magnitude(ExtendedUnit u, int se, long x, boolean truncate) {
    if ((se & Extended.EXPONENT) == Extended.EXPONENT || Extended.unsupported(se, x)) {
      u.flags |= ExtendedUnit.IE;
      return INDEFINITE_64;
    }
    int shift = Extended.BIAS + 63 - (se & Extended.EXPONENT);
    if (shift < 0) {
      u.flags |= ExtendedUnit.IE;
      return INDEFINITE_64;
    }
    long kept = shift < 64 ? x >>> shift : 0;
    long rest = ExtendedUnit.jam(x, 0, shift);
    long up = truncate ? 0 : increment(u, (se & Extended.SIGN) != 0, kept, rest);
    mark(u, rest, up);
    if (up != 0 && kept == -1) {
      u.flags |= ExtendedUnit.IE;
      return INDEFINITE_64;
    }
    return kept + up;
  }
}
