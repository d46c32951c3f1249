package io.tlbscope.core.fp;

/**
 * SSE's arithmetic in integers: every rounding, every exception (Intel SDM vol. 1, 11.5.2). In one
 * lane a NaN's result comes before #D, and #I and #Z come without it.
 */
public final class FloatArithmetic {
  private FloatArithmetic() {}

  /** Operations on two numbers. */
  public enum Operation {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE
  }

  /**
   * a op b. One method for all four, the special cases written out, so that it is too large for
   * HotSpot to inline: translated code, which seldom comes here, would be full of it.
   */
  public static long apply(FloatUnit u, FloatFormat f, Operation op, long first, long second) {
    long a = u.operand(f, first);
    long b = u.operand(f, second);
    if (f.nan(a) || f.nan(b)) {
      return u.nan(f, a, b);
    }
    boolean aZero = f.zero(a);
    boolean bZero = f.zero(b);
    boolean aInfinite = f.infinite(a);
    boolean bInfinite = f.infinite(b);
    if (op == Operation.SUBTRACT) {
      b ^= f.sign;
    }
    long sign = (a ^ b) & f.sign;
    boolean invalid =
        switch (op) {
          case MULTIPLY -> aZero && bInfinite || aInfinite && bZero;
          case DIVIDE -> aZero && bZero || aInfinite && bInfinite;
          default -> aInfinite && bInfinite && sign != 0;
        };
    if (invalid) {
      return u.invalid(f);
    }
    if (op == Operation.DIVIDE && bZero && !aInfinite) {
      u.raise(FloatUnit.ZE);
      return sign | f.infinity;
    }
    if (f.denormal(a) || f.denormal(b)) {
      u.raise(FloatUnit.DE);
    }
    switch (op) {
      case MULTIPLY -> {
        if (aZero || bZero) {
          return sign;
        }
        if (aInfinite || bInfinite) {
          return sign | f.infinity;
        }
        return product(u, f, sign != 0, a, b);
      }
      case DIVIDE -> {
        if (aInfinite) {
          return sign | f.infinity;
        }
        if (aZero || bInfinite) {
          return sign;
        }
        return quotient(u, f, sign != 0, a, b);
      }
      default -> {
        if (aInfinite || bInfinite) {
          return aInfinite ? a : b;
        }
        if (aZero && bZero) {
          return sign == 0 ? a : zeroSum(u, f);
        }
        if (aZero || bZero) {
          long x = aZero ? b : a;
          return u.round(f, f.negative(x), f.exponent(x), f.significand(x));
        }
        return sum(u, f, sign == 0, a, b);
      }
    }
  }

  private static long sum(FloatUnit u, FloatFormat f, boolean alike, long a, long b) {
    boolean swapped = f.magnitude(a) < f.magnitude(b);
    long large = swapped ? b : a;
    long small = swapped ? a : b;
    int exponent = f.exponent(large);
    // One bit for the carry above 53, and 10 below, of which the lowest stands for what is lost.
    long x = f.significand(large) >>> 1;
    int shift = Math.min(exponent - f.exponent(small), 63);
    long y = f.significand(small) >>> 1;
    y = y >>> shift | (y << 1 << 63 - shift != 0 ? 1 : 0);
    long z = alike ? x + y : x - y;
    if (z == 0) {
      return zeroSum(u, f);
    }
    int normalise = Long.numberOfLeadingZeros(z);
    return u.round(f, f.negative(large), exponent + 1 - normalise, z << normalise);
  }

  /** x + -x. */
  private static long zeroSum(FloatUnit u, FloatFormat f) {
    return u.rounding() == FloatUnit.DOWN ? f.sign : 0;
  }

  private static long product(FloatUnit u, FloatFormat f, boolean negative, long a, long b) {
    long x = f.significand(a);
    long y = f.significand(b);
    long z = Math.unsignedMultiplyHigh(x, y);
    long low = x * y;
    int exponent = f.exponent(a) + f.exponent(b) - f.bias + 1;
    if (z >= 0) {
      z = z << 1 | low >>> 63;
      low <<= 1;
      exponent--;
    }
    return u.round(f, negative, exponent, z | (low != 0 ? 1 : 0));
  }

  private static long quotient(FloatUnit u, FloatFormat f, boolean negative, long a, long b) {
    long x = f.significand(a);
    long y = f.significand(b);
    boolean below = Long.compareUnsigned(x, y) < 0;
    long z = below ? Wide.divide(x, 0, y) : Wide.divide(x >>> 1, x << 63, y);
    long rest = (below ? 0 : x << 63) - z * y;
    int exponent = f.exponent(a) - f.exponent(b) + f.bias - (below ? 1 : 0);
    return u.round(f, negative, exponent, z | (rest != 0 ? 1 : 0));
  }

  /** Square root of a. */
  public static long squareRoot(FloatUnit u, FloatFormat f, long operand) {
    long a = u.operand(f, operand);
    if (f.nan(a)) {
      return u.nan(f, a, a);
    }
    if (f.zero(a)) {
      return a;
    }
    if (f.negative(a)) {
      return u.invalid(f);
    }
    u.denormal(f, a);
    if (f.infinite(a)) {
      return a;
    }
    int exponent = f.exponent(a) - f.bias;
    long x = f.significand(a);
    boolean odd = (exponent & 1) != 0;
    long high = odd ? x : x >>> 1;
    long low = odd ? 0 : x << 63;
    long z = Wide.squareRoot(high, low);
    boolean exact = Math.unsignedMultiplyHigh(z, z) == high && z * z == low;
    return u.round(f, false, (exponent >> 1) + f.bias, z | (exact ? 0 : 1));
  }

  /** The second operand unless the first is less: with a NaN, which is #I, and for zeros. */
  public static long min(FloatUnit u, FloatFormat f, long a, long b) {
    return extreme(u, f, u.operand(f, a), u.operand(f, b), true);
  }

  /** The second operand unless the first is greater. */
  public static long max(FloatUnit u, FloatFormat f, long a, long b) {
    return extreme(u, f, u.operand(f, a), u.operand(f, b), false);
  }

  private static long extreme(FloatUnit u, FloatFormat f, long a, long b, boolean min) {
    if (f.nan(a) || f.nan(b)) {
      u.raise(FloatUnit.IE);
      return b;
    }
    u.denormal(f, a);
    u.denormal(f, b);
    int order = order(f, a, b);
    return (min ? order < 0 : order > 0) ? a : b;
  }

  /** What {@link #compare} gives when an operand is a NaN. */
  public static final int UNORDERED = 2;

  /**
   * -1, 0 or 1 for a less than, equal to or greater than b.
   *
   * @param quiet a quiet NaN raises nothing
   */
  public static int compare(FloatUnit u, FloatFormat f, long first, long second, boolean quiet) {
    long a = u.operand(f, first);
    long b = u.operand(f, second);
    if (f.nan(a) || f.nan(b)) {
      if (!quiet || f.signalling(a) || f.signalling(b)) {
        u.raise(FloatUnit.IE);
      }
      return UNORDERED;
    }
    u.denormal(f, a);
    u.denormal(f, b);
    return order(f, a, b);
  }

  private static int order(FloatFormat f, long a, long b) {
    return Long.compare(signed(f, a), signed(f, b));
  }

  private static long signed(FloatFormat f, long a) {
    return f.negative(a) ? -f.magnitude(a) : a;
  }
}
