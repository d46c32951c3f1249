package io.tlbscope.core.fp;

/** Addition, subtraction, multiplication, division and square root (Intel SDM vol. 2A). */
public final class ExtendedArithmetic {
  private ExtendedArithmetic() {}

  /** An operation on two operands. */
  @FunctionalInterface
  public interface Binary {
    void apply(ExtendedUnit u, int aSe, long a, int bSe, long b);
  }

  /** a + b. */
  public static void add(ExtendedUnit u, int aSe, long a, int bSe, long b) {
    if (Extended.normal(aSe, a) && Extended.normal(bSe, b) && !u.denormalOperand) {
      addNumbers(u, aSe, aSe & Extended.EXPONENT, a, bSe, bSe & Extended.EXPONENT, b);
      return;
    }
    if (ExtendedNan.result(u, aSe, a, bSe, b)) {
      return;
    }
    boolean aInfinite = Extended.infinite(aSe, a);
    boolean bInfinite = Extended.infinite(bSe, b);
    if (aInfinite && bInfinite && ((aSe ^ bSe) & Extended.SIGN) != 0) {
      u.invalid();
      return;
    }
    if (u.denormal(Extended.denormal(aSe, a) || Extended.denormal(bSe, b))) {
      return;
    }
    if (aInfinite || bInfinite) {
      u.infinity(((aInfinite ? aSe : bSe) & Extended.SIGN) != 0);
      return;
    }
    if (a == 0 && b == 0) {
      boolean alike = ((aSe ^ bSe) & Extended.SIGN) == 0;
      u.zero(alike ? (aSe & Extended.SIGN) != 0 : u.rounding() == ExtendedUnit.DOWN);
      return;
    }
    if (a == 0 || b == 0) {
      int se = a == 0 ? bSe : aSe;
      long x = a | b;
      u.round((se & Extended.SIGN) != 0, exponent(se, x), normalised(x), 0);
      return;
    }
    addNumbers(u, aSe, exponent(aSe, a), normalised(a), bSe, exponent(bSe, b), normalised(b));
  }

  /** a - b. */
  public static void subtract(ExtendedUnit u, int aSe, long a, int bSe, long b) {
    add(u, aSe, a, Extended.nan(bSe, b) ? bSe : bSe ^ Extended.SIGN, b);
  }

  /** b - a. */
  public static void subtractReversed(ExtendedUnit u, int aSe, long a, int bSe, long b) {
    subtract(u, bSe, b, aSe, a);
  }

  /** Exponent that a denormal has when its significand is normalised. */
  static int exponent(int se, long significand) {
    int exponent = se & Extended.EXPONENT;
    return exponent != 0 ? exponent : 1 - Long.numberOfLeadingZeros(significand);
  }

  static long normalised(long significand) {
    return significand << Long.numberOfLeadingZeros(significand);
  }

  private static void addNumbers(
      ExtendedUnit u, int aSe, int aExponent, long a, int bSe, int bExponent, long b) {
    boolean negative = (aSe & Extended.SIGN) != 0;
    boolean same = ((aSe ^ bSe) & Extended.SIGN) == 0;
    int d = aExponent - bExponent;
    if (d < 0 || d == 0 && !same && Long.compareUnsigned(a, b) < 0) {
      long x = a;
      a = b;
      b = x;
      negative = (bSe & Extended.SIGN) != 0;
      aExponent = bExponent;
      d = -d;
    }
    long high = d < 64 ? b >>> d : 0;
    long low = ExtendedUnit.jam(b, 0, d);
    if (same) {
      long sum = a + high;
      if (sum >= 0 || Long.compareUnsigned(sum, a) < 0) {
        low = sum << 63 | low >>> 1 | low & 1;
        sum = sum >>> 1 | Extended.INTEGER;
        aExponent++;
      }
      u.round(negative, aExponent, sum, low);
      return;
    }
    long differenceLow = -low;
    long difference = a - high - (low != 0 ? 1 : 0);
    if (difference == 0) {
      if (differenceLow == 0) {
        u.zero(u.rounding() == ExtendedUnit.DOWN);
        return;
      }
      difference = differenceLow;
      differenceLow = 0;
      aExponent -= 64;
    }
    int shift = Long.numberOfLeadingZeros(difference);
    if (shift != 0) {
      difference = difference << shift | differenceLow >>> 64 - shift;
      differenceLow <<= shift;
    }
    u.round(negative, aExponent - shift, difference, differenceLow);
  }

  /** a * b. */
  public static void multiply(ExtendedUnit u, int aSe, long a, int bSe, long b) {
    boolean negative = ((aSe ^ bSe) & Extended.SIGN) != 0;
    if (Extended.normal(aSe, a) && Extended.normal(bSe, b) && !u.denormalOperand) {
      multiplyNumbers(u, negative, (aSe & Extended.EXPONENT) + (bSe & Extended.EXPONENT), a, b);
      return;
    }
    if (ExtendedNan.result(u, aSe, a, bSe, b)) {
      return;
    }
    boolean zero = Extended.zero(aSe, a) || Extended.zero(bSe, b);
    boolean infinite = Extended.infinite(aSe, a) || Extended.infinite(bSe, b);
    if (zero && infinite) {
      u.invalid();
    } else if (!u.denormal(Extended.denormal(aSe, a) || Extended.denormal(bSe, b))) {
      if (infinite) {
        u.infinity(negative);
      } else if (zero) {
        u.zero(negative);
      } else {
        multiplyNumbers(
            u, negative, exponent(aSe, a) + exponent(bSe, b), normalised(a), normalised(b));
      }
    }
  }

  private static void multiplyNumbers(
      ExtendedUnit u, boolean negative, int exponents, long a, long b) {
    long high = Math.unsignedMultiplyHigh(a, b);
    long low = a * b;
    int exponent = exponents - Extended.BIAS + 1;
    if (high >= 0) {
      high = high << 1 | low >>> 63;
      low <<= 1;
      exponent--;
    }
    u.round(negative, exponent, high, low);
  }

  /** a / b. */
  public static void divide(ExtendedUnit u, int aSe, long a, int bSe, long b) {
    boolean negative = ((aSe ^ bSe) & Extended.SIGN) != 0;
    if (Extended.normal(aSe, a) && Extended.normal(bSe, b) && !u.denormalOperand) {
      divideNumbers(u, negative, (aSe & Extended.EXPONENT) - (bSe & Extended.EXPONENT), a, b);
      return;
    }
    if (ExtendedNan.result(u, aSe, a, bSe, b)) {
      return;
    }
    boolean aInfinite = Extended.infinite(aSe, a);
    boolean bInfinite = Extended.infinite(bSe, b);
    boolean aZero = Extended.zero(aSe, a);
    boolean bZero = Extended.zero(bSe, b);
    if (aInfinite && bInfinite || aZero && bZero) {
      u.invalid();
      return;
    }
    if (bZero && !aInfinite) {
      u.zeroDivide(negative);
      return;
    }
    if (u.denormal(Extended.denormal(aSe, a) || Extended.denormal(bSe, b))) {
      return;
    }
    if (aInfinite) {
      u.infinity(negative);
    } else if (aZero || bInfinite) {
      u.zero(negative);
    } else {
      divideNumbers(u, negative, exponent(aSe, a) - exponent(bSe, b), normalised(a), normalised(b));
    }
  }

  /** b / a. */
  public static void divideReversed(ExtendedUnit u, int aSe, long a, int bSe, long b) {
    divide(u, bSe, b, aSe, a);
  }

  private static void divideNumbers(
      ExtendedUnit u, boolean negative, int exponents, long a, long b) {
    boolean below = Long.compareUnsigned(a, b) < 0;
    long quotient = below ? Wide.divide(a, 0, b) : Wide.divide(a >>> 1, a << 63, b);
    long rest = (below ? 0 : a << 63) - quotient * b;
    int order = Long.compareUnsigned(rest, b - rest);
    long low = rest == 0 ? 0 : order > 0 ? 3L << 62 : order == 0 ? 1L << 63 : 1L << 62;
    u.round(negative, exponents + Extended.BIAS - (below ? 1 : 0), quotient, low);
  }

  /** Square root of a. */
  public static void squareRoot(ExtendedUnit u, int se, long a) {
    if (ExtendedNan.result(u, se, a)) {
      return;
    }
    if (Extended.zero(se, a)) {
      u.result(se, a);
      return;
    }
    if ((se & Extended.SIGN) != 0) {
      u.invalid();
      return;
    }
    if (u.denormal(Extended.denormal(se, a))) {
      return;
    }
    if (Extended.infinite(se, a)) {
      u.result(se, a);
      return;
    }
    int exponent = exponent(se, a) - Extended.BIAS;
    long x = normalised(a);
    boolean odd = (exponent & 1) != 0;
    long high = odd ? x : x >>> 1;
    long low = odd ? 0 : x << 63;
    long root = Wide.squareRoot(high, low);
    long squareHigh = Math.unsignedMultiplyHigh(root, root);
    long restLow = low - root * root;
    long restHigh = high - squareHigh - (Long.compareUnsigned(low, root * root) < 0 ? 1 : 0);
    boolean more = restHigh != 0 || Long.compareUnsigned(restLow, root) > 0;
    long rest = (restHigh | restLow) == 0 ? 0 : more ? 3L << 62 : 1L << 62;
    u.round(false, (exponent >> 1) + Extended.BIAS, root, rest);
  }
}
