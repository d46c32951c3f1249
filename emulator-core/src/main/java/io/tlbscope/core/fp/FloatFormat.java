package io.tlbscope.core.fp;

/**
 * Encodings of single and double precision (Intel SDM vol. 1, 4.2.2); a value is the low bits of a
 * long.
 *
 * <pre>
 *   31 sign   30..23 biased exponent   22..0 fraction
 *   63 sign   62..52 biased exponent   51..0 fraction
 * </pre>
 */
public final class FloatFormat {
  public static final FloatFormat SINGLE = new FloatFormat(8, 23);
  public static final FloatFormat DOUBLE = new FloatFormat(11, 52);

  /** Width of the fraction. */
  final int fraction;

  final int bias;

  /** Exponent of infinities and NaNs. */
  final int most;

  final long sign;
  final long infinity;

  /** Set in quiet NaNs. */
  final long quiet;

  /** The NaN that masked invalid operations give. */
  final long indefinite;

  private FloatFormat(int exponentBits, int fraction) {
    this.fraction = fraction;
    bias = (1 << exponentBits - 1) - 1;
    most = (1 << exponentBits) - 1;
    sign = 1L << exponentBits + fraction;
    infinity = (long) most << fraction;
    quiet = 1L << fraction - 1;
    indefinite = sign | infinity | quiet;
  }

  boolean negative(long a) {
    return (a & sign) != 0;
  }

  long magnitude(long a) {
    return a & sign - 1;
  }

  boolean zero(long a) {
    return magnitude(a) == 0;
  }

  boolean denormal(long a) {
    return magnitude(a) != 0 && (a & infinity) == 0;
  }

  boolean infinite(long a) {
    return magnitude(a) == infinity;
  }

  boolean nan(long a) {
    return magnitude(a) > infinity;
  }

  boolean signalling(long a) {
    return nan(a) && (a & quiet) == 0;
  }

  /** Biased exponent of a number, as if a denormal's significand were normalised. */
  int exponent(long a) {
    int exponent = (int) (a >>> fraction) & most;
    return exponent != 0 ? exponent : 1 - Long.numberOfLeadingZeros(a << 63 - fraction << 1 >>> 1);
  }

  /** Significand of a number that is not 0, its highest bit set. */
  long significand(long a) {
    long x = a << 63 - fraction << 1 >>> 1;
    return (a & infinity) != 0 ? x | Long.MIN_VALUE : x << Long.numberOfLeadingZeros(x);
  }
}
