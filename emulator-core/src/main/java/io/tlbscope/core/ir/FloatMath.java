package io.tlbscope.core.ir;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import io.tlbscope.core.fp.FloatArithmetic;
import io.tlbscope.core.fp.FloatArithmetic.Operation;
import io.tlbscope.core.fp.FloatFormat;
import io.tlbscope.core.fp.FloatUnit;

/**
 * One lane of SSE arithmetic as bits. The host's arithmetic does it in MXCSR's usual state, where
 * no more than #P can come of it: no operand is denormal, and the result is plain, or a zero that
 * is exact. Room {@code fp} does the rest. Whether a result is exact is worked out only while PE is
 * clear.
 */
public final class FloatMath {
  private static final FloatFormat SINGLE = FloatFormat.SINGLE, DOUBLE = FloatFormat.DOUBLE;
  private static final long LOW = 0xFFFF_FFFFL;

  /**
   * Exponents of plain numbers, beside the sign: not tiny before they were rounded, nor the error
   * of a product of theirs.
   */
  private static final long FIRST64 = 64L << 53, MOST64 = 2046 - 63L << 53;

  private static final int FIRST32 = 2 << 24, MOST32 = 254 - 1 << 24;

  /**
   * A double is plain if twice its upper half and this are less than the limit, as signed integers
   * of 32 bits: exponent 64 in bits 31..21 becomes the least integer, and 2047 the limit.
   */
  public static final int PLAIN_OFFSET = 0x7800_0000, PLAIN_LIMIT = 0x77E0_0000;

  private FloatMath() {}

  public static boolean plain64(long a) {
    return Long.compareUnsigned((a << 1) - FIRST64, MOST64) < 0;
  }

  static boolean plain32(int a) {
    return Integer.compareUnsigned((a << 1) - FIRST32, MOST32) < 0;
  }

  public static boolean denormal64(long a) {
    return Long.compareUnsigned((a << 1) - 1, (1L << 53) - 1) < 0;
  }

  private static boolean denormal32(int a) {
    return Integer.compareUnsigned((a << 1) - 1, (1 << 24) - 1) < 0;
  }

  private static boolean zero(long a) {
    return a << 1 == 0;
  }

  private static boolean zero(int a) {
    return a << 1 == 0;
  }

  /** Operands of which one or both may be infinities or NaNs, which the result will show. */
  private static boolean usual64(FloatUnit u, long a, long b) {
    return u.usual() && !denormal64(a) && !denormal64(b);
  }

  private static boolean usual32(FloatUnit u, int a, int b) {
    return u.usual() && !denormal32(a) && !denormal32(b);
  }

  /**
   * 0 if z = x + y is exact. The larger operand's difference to the sum is always exact, and if the
   * sum is, so is the smaller's.
   */
  public static long sumError(double x, double y, double z) {
    return doubleToRawLongBits(z - x - y) | doubleToRawLongBits(z - y - x);
  }

  private static int sumError(float x, float y, float z) {
    return floatToRawIntBits(z - x - y) | floatToRawIntBits(z - y - x);
  }

  /** 0 if z = x * y is exact; z is plain or 0. */
  public static long productError(double x, double y, double z) {
    return doubleToRawLongBits(Math.fma(x, y, -z)) << 1;
  }

  /** 0 if the product of two floats, which a double holds, is z. */
  private static int productError(float x, float y, float z) {
    return (double) x * y == z ? 0 : 1;
  }

  /** Exponents of two floats; what carries into their signs from exponent 1, 2 and 255 on. */
  private static final long EXPONENTS = 0x7F80_0000_7F80_0000L,
      FROM_1 = 0x7F80_0000_7F80_0000L,
      FROM_2 = 0x7F00_0000_7F00_0000L,
      FROM_255 = 0x0080_0000_0080_0000L,
      SIGNS = 0x8000_0000_8000_0000L;

  /** The host's arithmetic on floats, and how far its result is from the exact one. */
  enum Single {
    ADD {
      @Override
      float apply(float x, float y) {
        return x + y;
      }

      @Override
      int error(float x, float y, float z) {
        return sumError(x, y, z);
      }

      @Override
      long tiny(long a, long b) {
        return 0;
      }

      @Override
      int careful(FloatUnit u, int a, int b) {
        return add32(u, a, b);
      }
    },
    SUBTRACT {
      @Override
      float apply(float x, float y) {
        return x - y;
      }

      @Override
      int error(float x, float y, float z) {
        return sumError(x, -y, z);
      }

      @Override
      long tiny(long a, long b) {
        return 0;
      }

      @Override
      int careful(FloatUnit u, int a, int b) {
        return subtract32(u, a, b);
      }
    },
    MULTIPLY {
      @Override
      float apply(float x, float y) {
        return x * y;
      }

      @Override
      int error(float x, float y, float z) {
        return productError(x, y, z);
      }

      @Override
      long tiny(long a, long b) {
        return nonzero(a) & nonzero(b);
      }

      @Override
      int careful(FloatUnit u, int a, int b) {
        return multiply32(u, a, b);
      }
    },
    DIVIDE {
      @Override
      float apply(float x, float y) {
        return x / y;
      }

      @Override
      int error(float x, float y, float z) {
        return x == 0 ? 0 : productError(z, y, x);
      }

      @Override
      long tiny(long a, long b) {
        return nonzero(a);
      }

      @Override
      int careful(FloatUnit u, int a, int b) {
        return divide32(u, a, b);
      }
    };

    abstract float apply(float x, float y);

    abstract int error(float x, float y, float z);

    /** In the signs' places: a zero that comes of these was not exact. */
    abstract long tiny(long a, long b);

    /** One lane, whatever the operands. */
    abstract int careful(FloatUnit u, int a, int b);
  }

  /** Two lanes, looked at together. */
  static long pair(FloatUnit u, Single op, long a, long b) {
    float x0 = intBitsToFloat((int) a);
    float x1 = intBitsToFloat((int) (a >>> 32));
    float y0 = intBitsToFloat((int) b);
    float y1 = intBitsToFloat((int) (b >>> 32));
    float z0 = op.apply(x0, y0);
    float z1 = op.apply(x1, y1);
    long z = floatToRawIntBits(z0) & LOW | (long) floatToRawIntBits(z1) << 32;
    long odd = denormals(a) | denormals(b) | ~plain(z) & (nonzero(z) | op.tiny(a, b));
    if (u.usual() && (odd & SIGNS) == 0) {
      if (u.precise()) {
        u.note(op.error(x0, y0, z0) | op.error(x1, y1, z1));
      }
      return z;
    }
    return pairCarefully(u, op, a, b);
  }

  // Of two floats, in their signs' places; what lies below means nothing.

  private static long nonzero(long a) {
    return (a & ~SIGNS) + ~SIGNS;
  }

  private static long denormals(long a) {
    return nonzero(a) & ~((a & EXPONENTS) + FROM_1);
  }

  private static long plain(long z) {
    return (z & EXPONENTS) + FROM_2 & ~((z & EXPONENTS) + FROM_255);
  }

  private static long pairCarefully(FloatUnit u, Single op, long a, long b) {
    return op.careful(u, (int) a, (int) b) & LOW
        | (long) op.careful(u, (int) (a >>> 32), (int) (b >>> 32)) << 32;
  }

  private static long noted(FloatUnit u, long z, long error) {
    u.note(error);
    return z;
  }

  private static int noted(FloatUnit u, int z, int error) {
    u.note(error);
    return z;
  }

  public static long add64(FloatUnit u, long a, long b) {
    double x = longBitsToDouble(a);
    double y = longBitsToDouble(b);
    double z = x + y;
    long zb = doubleToRawLongBits(z);
    return usual64(u, a, b) && (plain64(zb) || zero(zb))
        ? u.precise() ? noted(u, zb, sumError(x, y, z)) : zb
        : FloatArithmetic.apply(u, DOUBLE, Operation.ADD, a, b);
  }

  static int add32(FloatUnit u, int a, int b) {
    float x = intBitsToFloat(a);
    float y = intBitsToFloat(b);
    float z = x + y;
    int zb = floatToRawIntBits(z);
    return usual32(u, a, b) && (plain32(zb) || zero(zb))
        ? u.precise() ? noted(u, zb, sumError(x, y, z)) : zb
        : (int) FloatArithmetic.apply(u, SINGLE, Operation.ADD, a & LOW, b & LOW);
  }

  public static long subtract64(FloatUnit u, long a, long b) {
    double x = longBitsToDouble(a);
    double y = longBitsToDouble(b);
    double z = x - y;
    long zb = doubleToRawLongBits(z);
    return usual64(u, a, b) && (plain64(zb) || zero(zb))
        ? u.precise() ? noted(u, zb, sumError(x, -y, z)) : zb
        : FloatArithmetic.apply(u, DOUBLE, Operation.SUBTRACT, a, b);
  }

  static int subtract32(FloatUnit u, int a, int b) {
    float x = intBitsToFloat(a);
    float y = intBitsToFloat(b);
    float z = x - y;
    int zb = floatToRawIntBits(z);
    return usual32(u, a, b) && (plain32(zb) || zero(zb))
        ? u.precise() ? noted(u, zb, sumError(x, -y, z)) : zb
        : (int) FloatArithmetic.apply(u, SINGLE, Operation.SUBTRACT, a & LOW, b & LOW);
  }

  public static long multiply64(FloatUnit u, long a, long b) {
    double x = longBitsToDouble(a);
    double y = longBitsToDouble(b);
    double z = x * y;
    long zb = doubleToRawLongBits(z);
    return usual64(u, a, b) && (plain64(zb) || zero(zb) && (zero(a) || zero(b)))
        ? u.precise() ? noted(u, zb, productError(x, y, z)) : zb
        : FloatArithmetic.apply(u, DOUBLE, Operation.MULTIPLY, a, b);
  }

  static int multiply32(FloatUnit u, int a, int b) {
    float x = intBitsToFloat(a);
    float y = intBitsToFloat(b);
    float z = x * y;
    int zb = floatToRawIntBits(z);
    return usual32(u, a, b) && (plain32(zb) || zero(zb) && (zero(a) || zero(b)))
        ? u.precise() ? noted(u, zb, productError(x, y, z)) : zb
        : (int) FloatArithmetic.apply(u, SINGLE, Operation.MULTIPLY, a & LOW, b & LOW);
  }

  public static long divide64(FloatUnit u, long a, long b) {
    double x = longBitsToDouble(a);
    double y = longBitsToDouble(b);
    double z = x / y;
    long zb = doubleToRawLongBits(z);
    if (!usual64(u, a, b) || !plain64(zb)) {
      return zero(a) && zero(zb) && usual64(u, a, b)
          ? zb
          : FloatArithmetic.apply(u, DOUBLE, Operation.DIVIDE, a, b);
    }
    if (u.precise()) {
      return plain64(a)
          ? noted(u, zb, productError(z, y, x))
          : FloatArithmetic.apply(u, DOUBLE, Operation.DIVIDE, a, b);
    }
    return zb;
  }

  static int divide32(FloatUnit u, int a, int b) {
    float x = intBitsToFloat(a);
    float y = intBitsToFloat(b);
    float z = x / y;
    int zb = floatToRawIntBits(z);
    if (!usual32(u, a, b) || !plain32(zb)) {
      return (int) FloatArithmetic.apply(u, SINGLE, Operation.DIVIDE, a & LOW, b & LOW);
    }
    return u.precise() ? noted(u, zb, productError(z, y, x)) : zb;
  }

  static long root64(FloatUnit u, long b) {
    if (!u.usual() || b <= 0 || !plain64(b)) {
      return FloatArithmetic.squareRoot(u, DOUBLE, b);
    }
    double z = Math.sqrt(longBitsToDouble(b));
    long zb = doubleToRawLongBits(z);
    return u.precise() ? noted(u, zb, productError(z, z, longBitsToDouble(b))) : zb;
  }

  static int root32(FloatUnit u, int b) {
    if (!u.usual() || b <= 0 || !plain32(b)) {
      return (int) FloatArithmetic.squareRoot(u, SINGLE, b & LOW);
    }
    float z = (float) Math.sqrt(intBitsToFloat(b));
    int zb = floatToRawIntBits(z);
    return u.precise() ? noted(u, zb, productError(z, z, intBitsToFloat(b))) : zb;
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
}
