package io.tlbscope.core.fp;

import java.math.BigInteger;

/**
 * FSIN, FCOS, FPTAN and FPATAN (Intel SDM vol. 1, 8.3.7 and 8.3.8); rounded from some 140 bits.
 * Arguments are reduced by the pi of 66 bits that processors reduce by.
 */
public final class ExtendedTrigonometry {
  /** Pi, cut off after 66 bits. */
  private static final BigInteger PI = new BigInteger("C90FDAA22168C234C", 16);

  /** Bits behind the point while an argument is reduced, and of half a pi there. */
  private static final int BITS = 160;

  private static final BigInteger HALF_PI = PI.shiftLeft(BITS - 67);

  /** Below 2^-64 a number's square does not count any more. */
  private static final int TINY = -64;

  private ExtendedTrigonometry() {}

  /** The magnitude is 2^63 or more: C2, and nothing done. */
  public static boolean outOfRange(int se, long x) {
    int exponent = se & Extended.EXPONENT;
    return exponent >= Extended.BIAS + 63 && exponent != Extended.EXPONENT && x < 0;
  }

  /** Argument less than a quarter of a pi in magnitude, and how many halves were taken off. */
  private record Reduced(Real rest, int quadrant) {
    static Reduced of(int se, long x) {
      Real value = Real.magnitude(se, x);
      if (value.magnitudeExponent() < -1) {
        return new Reduced(value, 0);
      }
      BigInteger fixed = value.fixed(BITS);
      BigInteger half = HALF_PI.shiftRight(1);
      BigInteger[] parts = fixed.add(half).divideAndRemainder(HALF_PI);
      return new Reduced(new Real(parts[1].subtract(half), -BITS), parts[0].intValue() & 3);
    }

    boolean tiny() {
      return rest.magnitudeExponent() < TINY;
    }

    Real sine() {
      return tiny()
          ? rest.nudged(rest.signum() < 0)
          : rest.times(Series.alternating(rest.times(rest), 1));
    }

    Real cosine() {
      return tiny() ? Real.ONE.nudged(false) : Series.alternating(rest.times(rest), 0);
    }

    Real tangent() {
      return tiny() ? rest.nudged(rest.signum() > 0) : sine().over(cosine());
    }
  }

  private static boolean special(ExtendedUnit u, int se, long x) {
    if (ExtendedNan.result(u, se, x)) {
      return true;
    }
    if (Extended.infinite(se, x)) {
      u.invalid();
      return true;
    }
    return u.denormal(Extended.denormal(se, x));
  }

  public static void sine(ExtendedUnit u, int se, long x) {
    if (special(u, se, x)) {
      return;
    }
    if (Extended.zero(se, x)) {
      u.result(se, x);
      return;
    }
    Reduced r = Reduced.of(se, x);
    Real value = (r.quadrant & 1) == 0 ? r.sine() : r.cosine();
    boolean negative = (se & Extended.SIGN) != 0 ^ r.quadrant >= 2 ^ value.signum() < 0;
    value.round(u, negative, false);
  }

  public static void cosine(ExtendedUnit u, int se, long x) {
    if (special(u, se, x)) {
      return;
    }
    if (Extended.zero(se, x)) {
      u.result(Extended.BIAS, Extended.INTEGER);
      return;
    }
    Reduced r = Reduced.of(se, x);
    Real value = (r.quadrant & 1) == 0 ? r.cosine() : r.sine();
    boolean negative = r.quadrant == 1 || r.quadrant == 2;
    value.round(u, negative ^ value.signum() < 0, false);
  }

  public static void tangent(ExtendedUnit u, int se, long x) {
    if (special(u, se, x)) {
      return;
    }
    if (Extended.zero(se, x)) {
      u.result(se, x);
      return;
    }
    Reduced r = Reduced.of(se, x);
    Real value = r.tangent();
    if ((r.quadrant & 1) != 0) {
      value = Real.ONE.over(value).negate();
    }
    value.round(u, (se & Extended.SIGN) != 0 ^ value.signum() < 0, false);
  }

  /** atan(y/x) in the quadrant of both, y in a. */
  public static void arcTangent(ExtendedUnit u, int ySe, long y, int xSe, long x) {
    if (ExtendedNan.result(u, ySe, y, xSe, x)
        || u.denormal(Extended.denormal(ySe, y) || Extended.denormal(xSe, x))) {
      return;
    }
    boolean negative = (ySe & Extended.SIGN) != 0;
    boolean left = (xSe & Extended.SIGN) != 0;
    boolean yInfinite = Extended.infinite(ySe, y);
    boolean xInfinite = Extended.infinite(xSe, x);
    if (Extended.zero(ySe, y) || xInfinite && !yInfinite) {
      if (left) {
        Series.PI.round(u, negative, false);
      } else {
        u.zero(negative);
      }
      return;
    }
    Real half = new Real(Series.PI.mantissa(), Series.PI.exponent() - 1);
    Real arc;
    if (yInfinite && xInfinite) {
      arc = new Real(Series.PI.mantissa(), Series.PI.exponent() - 2);
    } else if (yInfinite || Extended.zero(xSe, x)) {
      arc = half;
      left = false;
    } else {
      arc = arc(Real.magnitude(ySe, y), Real.magnitude(xSe, x), half);
    }
    (left ? Series.PI.minus(arc) : arc).round(u, negative, false);
  }

  private static Real arc(Real y, Real x, Real half) {
    boolean steep = y.minus(x).signum() > 0;
    Real z = steep ? x.over(y) : y.over(x);
    Real arc = z.magnitudeExponent() < TINY ? z.nudged(false) : Series.arc(z);
    return steep ? half.minus(arc) : arc;
  }
}
