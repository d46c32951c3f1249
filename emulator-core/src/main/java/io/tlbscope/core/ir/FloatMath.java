package io.tlbscope.core.ir;

/**
 * One lane of SSE floating point as bits, rounded to nearest (Intel SDM vol. 1, 4.8.3.5 and table
 * 4-7 for NaNs): the first operand's NaN wins, made quiet; what Java would call NaN out of numbers
 * is the default NaN, sign bit set.
 */
final class FloatMath {
  private static final long DEFAULT64 = 0xFFF8_0000_0000_0000L, QUIET64 = 1L << 51;
  private static final int DEFAULT32 = 0xFFC0_0000, QUIET32 = 1 << 22;

  private FloatMath() {}

  // Each operation asks first what is almost always so, that its result is a number: translated
  // code
  // is made of these.

  static long add64(long a, long b) {
    double z = Double.longBitsToDouble(a) + Double.longBitsToDouble(b);
    return Double.isNaN(z) ? nan64(a, b) : Double.doubleToRawLongBits(z);
  }

  static int add32(int a, int b) {
    float z = Float.intBitsToFloat(a) + Float.intBitsToFloat(b);
    return Float.isNaN(z) ? nan32(a, b) : Float.floatToRawIntBits(z);
  }

  static long subtract64(long a, long b) {
    double z = Double.longBitsToDouble(a) - Double.longBitsToDouble(b);
    return Double.isNaN(z) ? nan64(a, b) : Double.doubleToRawLongBits(z);
  }

  static int subtract32(int a, int b) {
    float z = Float.intBitsToFloat(a) - Float.intBitsToFloat(b);
    return Float.isNaN(z) ? nan32(a, b) : Float.floatToRawIntBits(z);
  }

  static long multiply64(long a, long b) {
    double z = Double.longBitsToDouble(a) * Double.longBitsToDouble(b);
    return Double.isNaN(z) ? nan64(a, b) : Double.doubleToRawLongBits(z);
  }

  static int multiply32(int a, int b) {
    float z = Float.intBitsToFloat(a) * Float.intBitsToFloat(b);
    return Float.isNaN(z) ? nan32(a, b) : Float.floatToRawIntBits(z);
  }

  static long divide64(long a, long b) {
    double z = Double.longBitsToDouble(a) / Double.longBitsToDouble(b);
    return Double.isNaN(z) ? nan64(a, b) : Double.doubleToRawLongBits(z);
  }

  static int divide32(int a, int b) {
    float z = Float.intBitsToFloat(a) / Float.intBitsToFloat(b);
    return Float.isNaN(z) ? nan32(a, b) : Float.floatToRawIntBits(z);
  }

  static long root64(long b) {
    double z = Math.sqrt(Double.longBitsToDouble(b));
    return Double.isNaN(z) ? nan64(b, b) : Double.doubleToRawLongBits(z);
  }

  static int root32(int b) {
    float z = (float) Math.sqrt(Float.intBitsToFloat(b));
    return Float.isNaN(z) ? nan32(b, b) : Float.floatToRawIntBits(z);
  }

  /** The second operand unless the first is less: with a NaN, and for zeros. */
  static long min64(long a, long b) {
    return Double.longBitsToDouble(a) < Double.longBitsToDouble(b) ? a : b;
  }

  static long max64(long a, long b) {
    return Double.longBitsToDouble(a) > Double.longBitsToDouble(b) ? a : b;
  }

  static int min32(int a, int b) {
    return Float.intBitsToFloat(a) < Float.intBitsToFloat(b) ? a : b;
  }

  static int max32(int a, int b) {
    return Float.intBitsToFloat(a) > Float.intBitsToFloat(b) ? a : b;
  }

  /** What comes of a NaN operand, or of numbers that have no result. */
  static long nan64(long a, long b) {
    return Double.isNaN(Double.longBitsToDouble(a))
        ? a | QUIET64
        : Double.isNaN(Double.longBitsToDouble(b)) ? b | QUIET64 : DEFAULT64;
  }

  private static int nan32(int a, int b) {
    return Float.isNaN(Float.intBitsToFloat(a))
        ? a | QUIET32
        : Float.isNaN(Float.intBitsToFloat(b)) ? b | QUIET32 : DEFAULT32;
  }

  /** RCPSS, RSQRTSS (Intel SDM vol. 2B): denormals count as zero. */
  static int reciprocal(int a, boolean root) {
    float x = Float.intBitsToFloat(a);
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
    return Float.isNaN(z) ? DEFAULT32 : Float.floatToRawIntBits(z);
  }

  /** CMPPS and its like: predicate 0..7 (Intel SDM vol. 2A, table 3-1). */
  static boolean compare(int predicate, double x, double y) {
    boolean holds =
        switch (predicate & 3) {
          case 0 -> x == y;
          case 1 -> x < y;
          case 2 -> x <= y;
          default -> Double.isNaN(x) || Double.isNaN(y);
        };
    return holds ^ (predicate & 4) != 0;
  }

  static long widen(int a) {
    float x = Float.intBitsToFloat(a);
    if (Float.isNaN(x)) {
      return (a & 0x8000_0000L) << 32 | 0x7FF8_0000_0000_0000L | (a & 0x7F_FFFFL) << 29;
    }
    return Double.doubleToRawLongBits(x);
  }

  static int narrow(long a) {
    double x = Double.longBitsToDouble(a);
    if (Double.isNaN(x)) {
      return (int) (a >>> 32) & 0x8000_0000 | 0x7FC0_0000 | (int) (a >>> 29) & 0x7F_FFFF;
    }
    return Float.floatToRawIntBits((float) x);
  }

  /** To a 32-bit integer, or the integer indefinite. */
  static int toInt(double x, boolean truncate) {
    double z = truncate ? x : Math.rint(x);
    return z > -2147483649.0 && z < 2147483648.0 ? (int) z : Integer.MIN_VALUE;
  }

  static long toLong(double x, boolean truncate) {
    double z = truncate ? x : Math.rint(x);
    return z >= -0x1p63 && z < 0x1p63 ? (long) z : Long.MIN_VALUE;
  }
}
