package io.tlbscope.core.fp;

/** FRNDINT, FSCALE and FXTRACT (Intel SDM vol. 2A). */
public final class ExtendedScale {
  private ExtendedScale() {}

  /** Rounds to an integer as rounding control says. */
  public static void roundToInteger(ExtendedUnit u, int se, long x) {
    if (ExtendedNan.result(u, se, x)) {
      return;
    }
    if (u.denormal(Extended.denormal(se, x))) {
      return;
    }
    u.result(se, x);
    int shift = Extended.BIAS + 63 - (se & Extended.EXPONENT);
    if (shift <= 0 || Extended.zero(se, x)) {
      return;
    }
    boolean negative = (se & Extended.SIGN) != 0;
    long kept = shift < 64 ? x >>> shift : 0;
    long rest = ExtendedUnit.jam(x, 0, shift);
    if (rest == 0) {
      return;
    }
    long up = ExtendedConversion.increment(u, negative, kept, rest);
    u.flags |= ExtendedUnit.PE | (up != 0 ? ExtendedUnit.C1 : 0);
    int sign = se & Extended.SIGN;
    if (kept + up == 0) {
      u.zero(negative);
    } else {
      int lead = Long.numberOfLeadingZeros(kept + up);
      u.result(sign | Extended.BIAS + 63 - lead, kept + up << lead);
    }
  }

  /** a * 2^trunc(b). */
  public static void scale(ExtendedUnit u, int aSe, long a, int bSe, long b) {
    if (ExtendedNan.result(u, aSe, a, bSe, b)) {
      return;
    }
    boolean negative = (aSe & Extended.SIGN) != 0;
    boolean down = (bSe & Extended.SIGN) != 0;
    boolean aZero = Extended.zero(aSe, a);
    boolean aInfinite = Extended.infinite(aSe, a);
    boolean bInfinite = Extended.infinite(bSe, b);
    if (bInfinite && (down ? aInfinite : aZero)) {
      u.invalid();
      return;
    }
    if (u.denormal(Extended.denormal(aSe, a) || Extended.denormal(bSe, b))) {
      return;
    }
    if (aInfinite || aZero) {
      u.result(aSe, a);
    } else if (bInfinite) {
      if (down) {
        u.zero(negative);
      } else {
        u.infinity(negative);
      }
    } else {
      int exponent = ExtendedArithmetic.exponent(aSe, a);
      u.round(negative, exponent + factor(bSe, b), ExtendedArithmetic.normalised(a), 0, 64);
    }
  }

  /** Integer part, where every exponent is out of range at the latest. */
  private static int factor(int se, long x) {
    int exponent = (se & Extended.EXPONENT) - Extended.BIAS;
    if (exponent < 0) {
      return 0;
    }
    int value = exponent > 16 ? 1 << 17 : (int) (x >>> 63 - exponent);
    return (se & Extended.SIGN) != 0 ? -value : value;
  }

  /** The exponent as a number; {@link #significand} gives the other half. */
  public static void exponent(ExtendedUnit u, int se, long x) {
    if (ExtendedNan.result(u, se, x)) {
      return;
    }
    if (Extended.infinite(se, x)) {
      u.infinity(false);
    } else if (Extended.zero(se, x)) {
      u.zeroDivide(true);
    } else if (!u.denormal(Extended.denormal(se, x))) {
      ExtendedConversion.fromInteger(u, ExtendedArithmetic.exponent(se, x) - Extended.BIAS);
    }
  }

  /** The significand as a number between 1 and 2; raises nothing that the exponent did not. */
  public static void significand(ExtendedUnit u, int se, long x) {
    if (ExtendedNan.result(u, se, x)) {
      return;
    }
    if (Extended.infinite(se, x) || Extended.zero(se, x)) {
      u.result(se, x);
    } else {
      u.result(se & Extended.SIGN | Extended.BIAS, ExtendedArithmetic.normalised(x));
    }
  }
}
