package io.tlbscope.core.fp;

import java.math.BigInteger;

/** F2XM1, FYL2X and FYL2XP1 (Intel SDM vol. 2A); rounded from some 140 bits. */
public final class ExtendedLogarithm {
  private ExtendedLogarithm() {}

  private static boolean negative(int se) {
    return (se & Extended.SIGN) != 0;
  }

  private static boolean one(int se, long x) {
    return (se & Extended.EXPONENT) == Extended.BIAS && x == Extended.INTEGER;
  }

  /** 2^x - 1; what is above 1 or below -1 is undefined and stays. */
  public static void powerMinusOne(ExtendedUnit u, int se, long x) {
    if (ExtendedNan.result(u, se, x)) {
      return;
    }
    if (Extended.infinite(se, x)) {
      if (negative(se)) {
        u.result(Extended.SIGN | Extended.BIAS, Extended.INTEGER);
      } else {
        u.infinity(false);
      }
      return;
    }
    if (u.denormal(Extended.denormal(se, x))) {
      return;
    }
    u.result(se, x);
    if (Extended.zero(se, x) || (se & Extended.EXPONENT) >= Extended.BIAS) {
      edge(u, se, x);
      return;
    }
    Real y = signed(se, x).times(Series.LN2);
    y.times(Series.exponential(y)).round(u, negative(se), false);
  }

  /** Zeros, what is out of range, and 1 and -1, which processors flag as inexact. */
  private static void edge(ExtendedUnit u, int se, long x) {
    if (Extended.zero(se, x)) {
      return;
    }
    u.flags |= ExtendedUnit.PE;
    if (one(se, x) && negative(se)) {
      u.result(Extended.SIGN | Extended.BIAS - 1, Extended.INTEGER);
    } else if (one(se, x)) {
      Real.ONE.nudged(false).round(u, false, false);
    }
  }

  private static Real signed(int se, long x) {
    Real value = Real.magnitude(se, x);
    return negative(se) ? value.negate() : value;
  }

  /** y * log2(x), y in a. */
  public static void logarithm(ExtendedUnit u, int ySe, long y, int xSe, long x) {
    if (ExtendedNan.result(u, ySe, y, xSe, x)) {
      return;
    }
    boolean yNegative = negative(ySe);
    boolean yZero = Extended.zero(ySe, y);
    boolean yInfinite = Extended.infinite(ySe, y);
    boolean xZero = Extended.zero(xSe, x);
    boolean xInfinite = Extended.infinite(xSe, x);
    boolean xOne = one(xSe, x);
    if (negative(xSe) && !xZero || yZero && (xZero || xInfinite) || yInfinite && xOne) {
      u.invalid();
      return;
    }
    if (xZero && !yInfinite) {
      u.zeroDivide(!yNegative);
      return;
    }
    if (u.denormal(Extended.denormal(ySe, y) || Extended.denormal(xSe, x))) {
      return;
    }
    boolean below = (xSe & Extended.EXPONENT) < Extended.BIAS;
    if (xInfinite || yInfinite || xZero) {
      u.infinity(yNegative != below);
    } else if (xOne || yZero) {
      u.zero(yNegative != below);
    } else {
      Real log = log2(Real.magnitude(xSe, x));
      boolean exact = (x & Long.MAX_VALUE) == 0 && (xSe & Extended.EXPONENT) != 0;
      // Processors flag an exact product as inexact too.
      u.flags |= ExtendedUnit.PE;
      log.times(Real.magnitude(ySe, y)).round(u, yNegative != below, exact);
    }
  }

  /** log2 of a positive number. */
  private static Real log2(Real x) {
    int exponent = x.magnitudeExponent();
    Real m = new Real(x.mantissa(), x.exponent() - exponent);
    if (x.mantissa().bitCount() == 1) {
      return Real.of(exponent);
    }
    if (m.minus(new Real(BigInteger.valueOf(3), -1)).signum() > 0) {
      m = new Real(m.mantissa(), m.exponent() - 1);
      exponent++;
    }
    return Real.of(exponent).plus(Series.logarithm(m, Real.ONE).over(Series.LN2));
  }

  /** y * log2(x + 1), y in a. */
  public static void logarithmPlusOne(ExtendedUnit u, int ySe, long y, int xSe, long x) {
    if (ExtendedNan.result(u, ySe, y, xSe, x)) {
      return;
    }
    boolean yZero = Extended.zero(ySe, y);
    boolean yInfinite = Extended.infinite(ySe, y);
    boolean xZero = Extended.zero(xSe, x);
    boolean xInfinite = Extended.infinite(xSe, x);
    boolean negative = negative(ySe) != negative(xSe);
    if (xInfinite && (negative(xSe) || yZero) || yInfinite && xZero) {
      u.invalid();
      return;
    }
    if (u.denormal(Extended.denormal(ySe, y) || Extended.denormal(xSe, x))) {
      return;
    }
    if (xInfinite || yInfinite) {
      u.infinity(negative);
    } else if (xZero || yZero) {
      u.zero(negative);
    } else if (negative(xSe) && (xSe & Extended.EXPONENT) >= Extended.BIAS) {
      // Undefined: no logarithm.
      u.flags |= ExtendedUnit.PE;
      u.result(xSe, x);
    } else {
      Real value = signed(xSe, x);
      boolean near = value.magnitudeExponent() < -1;
      Real log =
          near
              ? Series.area(value.over(Real.of(2).plus(value))).over(Series.LN2)
              : log2(Real.ONE.plus(value));
      log.times(Real.magnitude(ySe, y)).round(u, negative, false);
    }
  }
}
