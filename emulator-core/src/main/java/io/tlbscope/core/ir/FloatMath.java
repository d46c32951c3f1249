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

  /** The arithmetic operations. */
  enum Kind {
    ADD,
    SUB,
    MUL,
    DIV,
    MIN,
    MAX,
    SQRT
  }

  static long apply64(Kind kind, long a, long b) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (kind == Kind.MIN || kind == Kind.MAX) {
      return (kind == Kind.MIN ? x < y : x > y) ? a : b;
    }
    if (kind != Kind.SQRT && Double.isNaN(x)) {
      return a | QUIET64;
    }
    if (Double.isNaN(y)) {
      return b | QUIET64;
    }
    double z =
        switch (kind) {
          case ADD -> x + y;
          case SUB -> x - y;
          case MUL -> x * y;
          case DIV -> x / y;
          default -> Math.sqrt(y);
        };
    return Double.isNaN(z) ? DEFAULT64 : Double.doubleToRawLongBits(z);
  }

  static int apply32(Kind kind, int a, int b) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (kind == Kind.MIN || kind == Kind.MAX) {
      return (kind == Kind.MIN ? x < y : x > y) ? a : b;
    }
    if (kind != Kind.SQRT && Float.isNaN(x)) {
      return a | QUIET32;
    }
    if (Float.isNaN(y)) {
      return b | QUIET32;
    }
    float z =
        switch (kind) {
          case ADD -> x + y;
          case SUB -> x - y;
          case MUL -> x * y;
          case DIV -> x / y;
          default -> (float) Math.sqrt(y);
        };
    return Float.isNaN(z) ? DEFAULT32 : Float.floatToRawIntBits(z);
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
