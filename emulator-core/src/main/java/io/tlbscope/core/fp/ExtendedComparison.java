package io.tlbscope.core.fp;

/** Comparisons and FXAM (Intel SDM vol. 2A, FCOM, FUCOM, FXAM). */
public final class ExtendedComparison {
  /** Condition codes of the status word. */
  public static final int C0 = 1 << 8, C1 = 1 << 9, C2 = 1 << 10, C3 = 1 << 14;

  /** Unordered: all of C3, C2, C0. */
  public static final int UNORDERED = C3 | C2 | C0;

  private ExtendedComparison() {}

  /**
   * Compares a with b.
   *
   * @param quiet a quiet NaN raises nothing
   * @return C3, C2, C0: 000 for a &gt; b, 001 for a &lt; b, 100 for a = b
   */
  public static int compare(ExtendedUnit u, int aSe, long a, int bSe, long b, boolean quiet) {
    if (Extended.unsupported(aSe, a) || Extended.unsupported(bSe, b)) {
      u.flags |= ExtendedUnit.IE;
      return UNORDERED;
    }
    if (Extended.nan(aSe, a) || Extended.nan(bSe, b)) {
      if (!quiet || Extended.signalling(aSe, a) || Extended.signalling(bSe, b)) {
        u.flags |= ExtendedUnit.IE;
      }
      return UNORDERED;
    }
    u.denormal(Extended.denormal(aSe, a) || Extended.denormal(bSe, b));
    if ((a | b) == 0 && ((aSe | bSe) & Extended.EXPONENT) == 0) {
      return C3;
    }
    boolean aNegative = (aSe & Extended.SIGN) != 0;
    boolean bNegative = (bSe & Extended.SIGN) != 0;
    if (aNegative != bNegative) {
      return aNegative ? C0 : 0;
    }
    int order = Integer.compare(exponent(aSe, a), exponent(bSe, b));
    if (order == 0) {
      order = Long.compareUnsigned(a, b);
    }
    return order == 0 ? C3 : order < 0 != aNegative ? C0 : 0;
  }

  /** Denormals count from the same exponent as the smallest normals. */
  private static int exponent(int se, long significand) {
    int exponent = se & Extended.EXPONENT;
    return exponent == 0 && significand != 0 ? 1 : exponent;
  }

  /** FXAM's C3, C2, C1, C0 for a register that is not empty. */
  public static int examine(int se, long significand) {
    int sign = (se & Extended.SIGN) != 0 ? C1 : 0;
    int exponent = se & Extended.EXPONENT;
    if (exponent == 0) {
      return sign | (significand == 0 ? C3 : C3 | C2);
    }
    if (significand >= 0) {
      return sign;
    }
    if (exponent != Extended.EXPONENT) {
      return sign | C2;
    }
    return sign | (significand == Extended.INTEGER ? C2 | C0 : C0);
  }
}
