package io.tlbscope.core.ir;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import io.tlbscope.core.fp.FloatArithmetic;
import io.tlbscope.core.fp.FloatConversion;
import io.tlbscope.core.fp.FloatFormat;
import io.tlbscope.core.fp.FloatUnit;

/**
 * One lane of SSE floating point as bits. The host's arithmetic does it where that can raise no
 * more than an exception that is flagged already: in the usual state of MXCSR, on operands and
 * results that are plain. Room {@code fp} does the rest.
 */
final class FloatMath {
  private static final FloatFormat SINGLE = FloatFormat.SINGLE, DOUBLE = FloatFormat.DOUBLE;
  private static final int QUIET32 = 1 << 22, DEFAULT32 = 0xFFC0_0000;
  private static final long LOW = 0xFFFF_FFFFL;

  /** Exponents from 2 to 2046, or to 254, beside the sign. */
  private static final long FIRST64 = 2L << 53, MOST64 = 0x7FDL << 53;

  private static final int FIRST32 = 2 << 24, MOST32 = 0xFD << 24;

  private FloatMath() {}

  /** A normal number of a larger exponent than the smallest: rounding did not bring it there. */
  static boolean plain64(long a) {
    return Long.compareUnsigned((a << 1) - FIRST64, MOST64) < 0;
  }

  static boolean plain32(int a) {
    return Integer.compareUnsigned((a << 1) - FIRST32, MOST32) < 0;
  }

  static long add64(FloatUnit u, long a, long b) {
    long z = doubleToRawLongBits(longBitsToDouble(a) + longBitsToDouble(b));
    return u.usual() && plain64(a) && plain64(b) && plain64(z)
        ? z
        : FloatArithmetic.add(u, DOUBLE, a, b);
  }

  static int add32(FloatUnit u, int a, int b) {
    int z = floatToRawIntBits(intBitsToFloat(a) + intBitsToFloat(b));
    return u.usual() && plain32(a) && plain32(b) && plain32(z)
        ? z
        : (int) FloatArithmetic.add(u, SINGLE, a & LOW, b & LOW);
  }

  static long subtract64(FloatUnit u, long a, long b) {
    long z = doubleToRawLongBits(longBitsToDouble(a) - longBitsToDouble(b));
    return u.usual() && plain64(a) && plain64(b) && plain64(z)
        ? z
        : FloatArithmetic.subtract(u, DOUBLE, a, b);
  }

  static int subtract32(FloatUnit u, int a, int b) {
    int z = floatToRawIntBits(intBitsToFloat(a) - intBitsToFloat(b));
    return u.usual() && plain32(a) && plain32(b) && plain32(z)
        ? z
        : (int) FloatArithmetic.subtract(u, SINGLE, a & LOW, b & LOW);
  }

  static long multiply64(FloatUnit u, long a, long b) {
    long z = doubleToRawLongBits(longBitsToDouble(a) * longBitsToDouble(b));
    return u.usual() && plain64(a) && plain64(b) && plain64(z)
        ? z
        : FloatArithmetic.multiply(u, DOUBLE, a, b);
  }

  static int multiply32(FloatUnit u, int a, int b) {
    int z = floatToRawIntBits(intBitsToFloat(a) * intBitsToFloat(b));
    return u.usual() && plain32(a) && plain32(b) && plain32(z)
        ? z
        : (int) FloatArithmetic.multiply(u, SINGLE, a & LOW, b & LOW);
  }

  static long divide64(FloatUnit u, long a, long b) {
    long z = doubleToRawLongBits(longBitsToDouble(a) / longBitsToDouble(b));
    return u.usual() && plain64(a) && plain64(b) && plain64(z)
        ? z
        : FloatArithmetic.divide(u, DOUBLE, a, b);
  }

  static int divide32(FloatUnit u, int a, int b) {
    int z = floatToRawIntBits(intBitsToFloat(a) / intBitsToFloat(b));
    return u.usual() && plain32(a) && plain32(b) && plain32(z)
        ? z
        : (int) FloatArithmetic.divide(u, SINGLE, a & LOW, b & LOW);
  }

  static long root64(FloatUnit u, long b) {
    return u.usual() && b > 0 && plain64(b)
        ? doubleToRawLongBits(Math.sqrt(longBitsToDouble(b)))
        : FloatArithmetic.squareRoot(u, DOUBLE, b);
  }

  static int root32(FloatUnit u, int b) {
    return u.usual() && b > 0 && plain32(b)
        ? floatToRawIntBits((float) Math.sqrt(intBitsToFloat(b)))
        : (int) FloatArithmetic.squareRoot(u, SINGLE, b & LOW);
  }

  static long min64(FloatUnit u, long a, long b) {
    return plain64(a) && plain64(b)
        ? longBitsToDouble(a) < longBitsToDouble(b) ? a : b
        : FloatArithmetic.min(u, DOUBLE, a, b);
  }

  static int min32(FloatUnit u, int a, int b) {
    return plain32(a) && plain32(b)
        ? intBitsToFloat(a) < intBitsToFloat(b) ? a : b
        : (int) FloatArithmetic.min(u, SINGLE, a & LOW, b & LOW);
  }

  static long max64(FloatUnit u, long a, long b) {
    return plain64(a) && plain64(b)
        ? longBitsToDouble(a) > longBitsToDouble(b) ? a : b
        : FloatArithmetic.max(u, DOUBLE, a, b);
  }

  static int max32(FloatUnit u, int a, int b) {
    return plain32(a) && plain32(b)
        ? intBitsToFloat(a) > intBitsToFloat(b) ? a : b
        : (int) FloatArithmetic.max(u, SINGLE, a & LOW, b & LOW);
  }

  /** As {@link FloatArithmetic#compare}. */
  static int order64(FloatUnit u, long a, long b, boolean quiet) {
    return plain64(a) && plain64(b)
        ? Double.compare(longBitsToDouble(a), longBitsToDouble(b))
        : FloatArithmetic.compare(u, DOUBLE, a, b, quiet);
  }

  static int order32(FloatUnit u, int a, int b, boolean quiet) {
    return plain32(a) && plain32(b)
        ? Float.compare(intBitsToFloat(a), intBitsToFloat(b))
        : FloatArithmetic.compare(u, SINGLE, a & LOW, b & LOW, quiet);
  }

  /** CMPPD and its like: predicate 0..7 (Intel SDM vol. 2A, table 3-1). */
  static boolean compare64(FloatUnit u, int predicate, long a, long b) {
    return holds(predicate, order64(u, a, b, quiet(predicate)));
  }

  static boolean compare32(FloatUnit u, int predicate, int a, int b) {
    return holds(predicate, order32(u, a, b, quiet(predicate)));
  }

  /** Less, less or equal, and their negations tell quiet NaNs. */
  private static boolean quiet(int predicate) {
    return (predicate & 3) % 3 == 0;
  }

  private static boolean holds(int predicate, int order) {
    boolean holds =
        switch (predicate & 3) {
          case 0 -> order == 0;
          case 1 -> order < 0;
          case 2 -> order <= 0;
          default -> order == FloatArithmetic.UNORDERED;
        };
    return holds ^ (predicate & 4) != 0;
  }

  /** ROUNDSD and its like; {@code control} is their immediate operand. */
  static long integral64(FloatUnit u, long a, int control) {
    return FloatConversion.toIntegral(u, DOUBLE, a, control);
  }

  static int integral32(FloatUnit u, int a, int control) {
    return (int) FloatConversion.toIntegral(u, SINGLE, a & LOW, control);
  }

  static long widen(FloatUnit u, int a) {
    return plain32(a)
        ? doubleToRawLongBits(intBitsToFloat(a))
        : FloatConversion.convert(u, SINGLE, DOUBLE, a & LOW);
  }

  static int narrow(FloatUnit u, long a) {
    int z = floatToRawIntBits((float) longBitsToDouble(a));
    return u.usual() && plain64(a) && plain32(z)
        ? z
        : (int) FloatConversion.convert(u, DOUBLE, SINGLE, a);
  }

  /** A signed integer to a number. */
  static long fromLong64(FloatUnit u, long a) {
    return u.usual() ? doubleToRawLongBits((double) a) : FloatConversion.fromInteger(u, DOUBLE, a);
  }

  static int fromLong32(FloatUnit u, long a) {
    return u.usual()
        ? floatToRawIntBits((float) a)
        : (int) FloatConversion.fromInteger(u, SINGLE, a);
  }

  /** To an integer of 32 or 64 bits, or the integer indefinite. */
  static long toInteger64(FloatUnit u, long a, int bits, boolean truncate) {
    double x = longBitsToDouble(a);
    double z = truncate ? x : Math.rint(x);
    boolean fits = Math.abs(z) < (bits == 64 ? 0x1p63 : 0x1p31);
    return u.usual() && fits ? (long) z : FloatConversion.toInteger(u, DOUBLE, a, bits, truncate);
  }

  static long toInteger32(FloatUnit u, int a, int bits, boolean truncate) {
    float x = intBitsToFloat(a);
    double z = truncate ? x : Math.rint(x);
    boolean fits = Math.abs(z) < (bits == 64 ? 0x1p63 : 0x1p31);
    return u.usual() && fits
        ? (long) z
        : FloatConversion.toInteger(u, SINGLE, a & LOW, bits, truncate);
  }

  /**
   * RCPSS, RSQRTSS (Intel SDM vol. 2B): denormals count as zero, and nothing is raised. The manual
   * allows a relative error of 1.5 * 2^-12; these are exact to a float.
   */
  static int reciprocal(int a, boolean root) {
    float x = intBitsToFloat(a);
    if (Float.isNaN(x)) {
      return a | QUIET32;
    }
    if (Math.abs(x) < Float.MIN_NORMAL) {
      x = Math.copySign(0f, x);
    }
    float z = (float) (1 / (root ? Math.sqrt(x) : (double) x));
    if (Math.abs(z) < Float.MIN_NORMAL) {
      z = Math.copySign(0f, z);
    }
    return Float.isNaN(z) ? DEFAULT32 : floatToRawIntBits(z);
  }
}
