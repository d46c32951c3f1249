package io.tlbscope.core.fp;

import java.math.BigInteger;

/**
 * A number of some 140 bits, {@code mantissa * 2^exponent}: what transcendental functions are
 * calculated in before they are rounded to 64 bits.
 */
record Real(BigInteger mantissa, int exponent) {
  /** Bits that are kept. */
  static final int PRECISION = 144;

  static final Real ONE = new Real(BigInteger.ONE, 0);

  private static final long HIGHEST = 1L << 63;

  /** Value of an extended number; its sign is left out. */
  static Real magnitude(int se, long significand) {
    int exponent = Math.max(se & Extended.EXPONENT, 1);
    return new Real(unsigned(significand), exponent - Extended.BIAS - 63);
  }

  static BigInteger unsigned(long bits) {
    BigInteger value = BigInteger.valueOf(bits & Long.MAX_VALUE);
    return bits < 0 ? value.setBit(63) : value;
  }

  static Real of(long value) {
    return new Real(BigInteger.valueOf(value), 0);
  }

  private Real cut() {
    int more = mantissa.bitLength() - PRECISION;
    return more <= 0 ? this : new Real(mantissa.shiftRight(more), exponent + more);
  }

  /** Exponent of the highest bit. */
  int magnitudeExponent() {
    return exponent + mantissa.bitLength() - 1;
  }

  int signum() {
    return mantissa.signum();
  }

  Real negate() {
    return new Real(mantissa.negate(), exponent);
  }

  Real times(Real other) {
    return new Real(mantissa.multiply(other.mantissa), exponent + other.exponent).cut();
  }

  Real over(Real other) {
    int shift = PRECISION + other.mantissa.bitLength() - mantissa.bitLength() + 1;
    shift = Math.max(shift, 0);
    return new Real(
        mantissa.shiftLeft(shift).divide(other.mantissa), exponent - shift - other.exponent);
  }

  Real plus(Real other) {
    if (signum() == 0) {
      return other;
    }
    if (other.signum() == 0) {
      return this;
    }
    int distance = magnitudeExponent() - other.magnitudeExponent();
    if (distance > PRECISION + 2) {
      return plus(
          new Real(BigInteger.valueOf(other.signum()), magnitudeExponent() - PRECISION - 1));
    }
    if (distance < -PRECISION - 2) {
      return other.plus(this);
    }
    int least = Math.min(exponent, other.exponent);
    return new Real(
            mantissa
                .shiftLeft(exponent - least)
                .add(other.mantissa.shiftLeft(other.exponent - least)),
            least)
        .cut();
  }

  Real minus(Real other) {
    return plus(other.negate());
  }

  Real root() {
    int shift = Math.max(2 * PRECISION - mantissa.bitLength(), 0);
    shift += exponent - shift & 1;
    return new Real(mantissa.shiftLeft(shift).sqrt(), exponent - shift >> 1);
  }

  /** As a fraction of {@code 2^bits}. */
  BigInteger fixed(int bits) {
    int shift = exponent + bits;
    return shift >= 0 ? mantissa.shiftLeft(shift) : mantissa.shiftRight(-shift);
  }

  /** The same with a little more or less, for what is known to be no end of the expansion. */
  Real nudged(boolean up) {
    Real wide = new Real(mantissa.shiftLeft(PRECISION), exponent - PRECISION);
    return new Real(wide.mantissa.add(BigInteger.valueOf(up ? 1 : -1)), wide.exponent);
  }

  /**
   * Rounds the magnitude to 64 bits.
   *
   * @param exact nothing was cut off before
   */
  void round(ExtendedUnit u, boolean negative, boolean exact) {
    BigInteger m = mantissa.abs();
    int bits = m.bitLength();
    int shift = bits - 128;
    boolean sticky = !exact || shift > 0 && m.getLowestSetBit() < shift;
    BigInteger top = shift >= 0 ? m.shiftRight(shift) : m.shiftLeft(-shift);
    long low = top.longValue();
    long high = top.shiftRight(64).longValue();
    u.round(
        negative, exponent + bits - 1 + Extended.BIAS, high | HIGHEST, sticky ? low | 1 : low, 64);
  }
}
