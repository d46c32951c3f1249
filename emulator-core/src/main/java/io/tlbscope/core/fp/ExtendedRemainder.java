package io.tlbscope.core.fp;

/** FPREM and FPREM1 (Intel SDM vol. 2A). */
public final class ExtendedRemainder {
  private ExtendedRemainder() {}

  /**
   * The remainder of a / b, or a step towards it.
   *
   * @param nearest the quotient is rounded to nearest (FPREM1), else truncated
   * @return C2 if the reduction is incomplete, else the quotient's low bits in C0, C3, C1; -1 if
   *     there is none
   */
  public static int remainder(ExtendedUnit u, int aSe, long a, int bSe, long b, boolean nearest) {
    if (ExtendedNan.result(u, aSe, a, bSe, b)) {
      return -1;
    }
    if (Extended.infinite(aSe, a) || Extended.zero(bSe, b)) {
      u.invalid();
      return -1;
    }
    if (u.denormal(Extended.denormal(aSe, a) || Extended.denormal(bSe, b))) {
      return -1;
    }
    boolean negative = (aSe & Extended.SIGN) != 0;
    if (Extended.zero(aSe, a)) {
      u.zero(negative);
      return 0;
    }
    int exponent = ExtendedArithmetic.exponent(aSe, a);
    long x = ExtendedArithmetic.normalised(a);
    if (Extended.infinite(bSe, b)) {
      u.round(negative, exponent, x, 0, 64);
      return 0;
    }
    long y = ExtendedArithmetic.normalised(b);
    int distance = exponent - ExtendedArithmetic.exponent(bSe, b);
    if (distance >= 64) {
      int step = distance & 31 | 32;
      long rest = Wide.remainder(x >>> 64 - step, x << step, y);
      finish(u, negative, exponent - step, rest);
      return ExtendedComparison.C2;
    }
    if (distance < (nearest ? -1 : 0)) {
      u.round(negative, exponent, x, 0, 64);
      return 0;
    }
    return complete(u, negative, exponent, x, distance, y, nearest);
  }

  private static int complete(
      ExtendedUnit u, boolean negative, int exponent, long x, int distance, long y, boolean near) {
    if (distance < 0) {
      return fromBelow(u, negative, exponent, x, y);
    }
    long quotient;
    long rest;
    if (distance > 0) {
      quotient = Wide.divide(x >>> 64 - distance, x << distance, y);
      rest = (x << distance) - quotient * y;
    } else {
      quotient = Long.compareUnsigned(x, y) >= 0 ? 1 : 0;
      rest = quotient != 0 ? x - y : x;
    }
    int order = near ? Long.compareUnsigned(rest, y - rest) : -1;
    if (order > 0 || order == 0 && (quotient & 1) != 0) {
      quotient++;
      negative = !negative;
      rest = y - rest;
    }
    finish(u, negative, exponent - distance, rest);
    return bits(quotient);
  }

  /** FPREM1 where the divisor is between once and four times the dividend: y counts twice. */
  private static int fromBelow(ExtendedUnit u, boolean negative, int exponent, long x, long y) {
    if (Long.compareUnsigned(x, y) <= 0) {
      u.round(negative, exponent, x, 0, 64);
      return 0;
    }
    // 2y - x, which is less than 2^64 because x is more than y.
    finish(u, !negative, exponent, (y << 1) - x);
    return bits(1);
  }

  private static int bits(long quotient) {
    return ((quotient & 4) != 0 ? ExtendedComparison.C0 : 0)
        | ((quotient & 2) != 0 ? ExtendedComparison.C3 : 0)
        | ((quotient & 1) != 0 ? ExtendedComparison.C1 : 0);
  }

  private static void finish(ExtendedUnit u, boolean negative, int exponent, long rest) {
    if (rest == 0) {
      u.zero(negative);
      return;
    }
    int shift = Long.numberOfLeadingZeros(rest);
    u.round(negative, exponent - shift, rest << shift, 0, 64);
  }
}
