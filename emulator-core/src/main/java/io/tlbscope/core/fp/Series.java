package io.tlbscope.core.fp;

import java.math.BigInteger;

/** Power series in fixed point, and the constants that they give. */
final class Series {
  /** Bits behind the point. */
  private static final int BITS = 192;

  private static final BigInteger UNIT = BigInteger.ONE.shiftLeft(BITS);

  static final Real LN2 = logarithm(Real.of(2), Real.ONE);
  static final Real PI = machin();

  private Series() {}

  private static Real real(BigInteger fixed) {
    return new Real(fixed, -BITS);
  }

  /** 1 + x/2! + x^2/3! + ..., which is (e^x - 1) / x. */
  static Real exponential(Real x) {
    BigInteger y = x.fixed(BITS);
    BigInteger term = UNIT;
    BigInteger sum = UNIT;
    for (int n = 2; term.signum() != 0; n++) {
      term = term.multiply(y).shiftRight(BITS).divide(BigInteger.valueOf(n));
      sum = sum.add(term);
      if (term.bitLength() <= 1) {
        break;
      }
    }
    return real(sum);
  }

  /** 1 - x/(first+1)(first+2) + ...: sin(r)/r for first 1, cos(r) for first 0, of x = r^2. */
  static Real alternating(Real x, int first) {
    BigInteger y = x.fixed(BITS);
    BigInteger term = UNIT;
    BigInteger sum = UNIT;
    for (int n = first; term.signum() != 0; n += 2) {
      term =
          term.multiply(y)
              .shiftRight(BITS)
              .divide(BigInteger.valueOf((long) (n + 1) * (n + 2)))
              .negate();
      sum = sum.add(term);
      if (term.bitLength() <= 1) {
        break;
      }
    }
    return real(sum);
  }

  /** 1 + x/3 + x^2/5 + ..., signs by turns for a negative x: atanh(s)/s, atan(s)/s. */
  static Real odd(Real x) {
    BigInteger y = x.fixed(BITS);
    BigInteger power = UNIT;
    BigInteger sum = UNIT;
    for (int n = 3; ; n += 2) {
      power = power.multiply(y).shiftRight(BITS);
      BigInteger term = power.divide(BigInteger.valueOf(n));
      if (term.signum() == 0) {
        return real(sum);
      }
      sum = sum.add(term);
    }
  }

  /** ln(a/b) for a/b near 1, or at most 2: 2 atanh((a-b)/(a+b)). */
  static Real logarithm(Real a, Real b) {
    return area(a.minus(b).over(a.plus(b)));
  }

  /** 2 atanh(s). */
  static Real area(Real s) {
    return s.times(odd(s.times(s))).times(Real.of(2));
  }

  /** atan(z), z between 0 and 1. */
  static Real arc(Real z) {
    Real reduced = z;
    int halvings = 0;
    while (reduced.magnitudeExponent() >= -4) {
      Real root = Real.ONE.plus(reduced.times(reduced)).root();
      reduced = reduced.over(Real.ONE.plus(root));
      halvings++;
    }
    Real arc = reduced.times(odd(reduced.times(reduced).negate()));
    return new Real(arc.mantissa(), arc.exponent() + halvings);
  }

  private static Real machin() {
    Real fifth = arcOfInverse(5).times(Real.of(16));
    return fifth.minus(arcOfInverse(239).times(Real.of(4)));
  }

  private static Real arcOfInverse(int n) {
    Real z = Real.ONE.over(Real.of(n));
    return z.times(odd(z.times(z).negate()));
  }
}
