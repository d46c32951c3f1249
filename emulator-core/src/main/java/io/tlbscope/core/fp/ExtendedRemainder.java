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
    long quotient = 0;
    long rest = x;
    if (distance > 0) {
      long high = x >>> 64 - distance;
      quotient = Wide.divide(high, x << distance, y);
      rest = (x << distance) - quotient * y;
    } else if (distance == 0 && Long.compareUnsigned(x, y) >= 0) {
      quotient = 1;
      rest = x - y;
    }
    int scale = exponent - Math.max(distance, 0);
    if (near) {
      // Half of y when the dividend is already the smaller one by a factor of 2.
      boolean more;
      boolean tie;
      if (distance < 0) {
        more = Long.compareUnsigned(rest, y) > 0;
        tie = false;
      } else {
        int order = Long.compareUnsigned(rest, y - rest);
        more = order > 0;
        tie = order == 0 && rest != 0;
      }
      if (more || tie && (quotient & 1) != 0) {
        quotient++;
        negative = !negative;
        if (distance < 0) {
          // y is twice rest's unit: 2y - rest in the unit of rest.
          long high = y < 0 ? 1 : 0;
          long low = (y << 1) - rest;
          high -= Long.compareUnsigned(y << 1, rest) < 0 ? 1 : 0;
          finishWide(u, negative, scale, high, low);
          return bits(quotient);
        }
        rest = y - rest;
      }
    }
    if (rest == 0) {
      u.zero(negative);
    } else {
      finish(u, negative, scale, rest);
    }
    return bits(quotient);
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

  private static void finishWide(
      ExtendedUnit u, boolean negative, int exponent, long high, long low) {
    if (high != 0) {
      u.round(negative, exponent + 1, low >>> 1 | Extended.INTEGER, low << 63, 64);
    } else {
      finish(u, negative, exponent, low);
    }
  }
}
