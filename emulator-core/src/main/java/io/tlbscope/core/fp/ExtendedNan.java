package io.tlbscope.core.fp;

/** What comes of operands that are NaNs or no numbers at all (Intel SDM vol. 1, table 4-7). */
final class ExtendedNan {
  private ExtendedNan() {}

  /**
   * Gives the result if an operand is unsupported or a NaN.
   *
   * @return false if none is
   */
  static boolean result(ExtendedUnit u, int aSe, long a, int bSe, long b) {
    if (Extended.unsupported(aSe, a) || Extended.unsupported(bSe, b)) {
      u.invalid();
      return true;
    }
    boolean aNan = Extended.nan(aSe, a);
    boolean bNan = Extended.nan(bSe, b);
    if (!aNan && !bNan) {
      return false;
    }
    boolean aSignals = aNan && (a & Extended.QUIET) == 0;
    boolean bSignals = bNan && (b & Extended.QUIET) == 0;
    if (aSignals || bSignals) {
      u.flags |= ExtendedUnit.IE;
    }
    boolean first;
    if (!aNan || !bNan) {
      first = aNan;
    } else if (aSignals != bSignals) {
      first = bSignals;
    } else {
      int order = Long.compareUnsigned(a | Extended.QUIET, b | Extended.QUIET);
      first = order == 0 ? (aSe & Extended.SIGN) == 0 : order > 0;
    }
    u.result(first ? aSe : bSe, (first ? a : b) | Extended.QUIET);
    return true;
  }

  /** As {@link #result} for one operand. */
  static boolean result(ExtendedUnit u, int se, long significand) {
    return result(u, se, significand, 0, 0);
  }
}
