package io.tlbscope.core.fp;

/** Packed decimals of 18 digits (Intel SDM vol. 1, 4.7). */
public final class ExtendedDecimal {
  private static final long LIMIT = 1_000_000_000_000_000_000L;

  private ExtendedDecimal() {}

  /**
   * Reads one.
   *
   * @param low digits 15..0
   * @param high the sign in bit 15, digits 17 and 16 in bits 7..0
   */
  public static void load(ExtendedUnit u, long low, int high) {
    long value = 0;
    for (int shift = 4; shift >= 0; shift -= 4) {
      value = value * 10 + (high >> shift & 15);
    }
    for (int shift = 60; shift >= 0; shift -= 4) {
      value = value * 10 + (low >>> shift & 15);
    }
    ExtendedConversion.fromInteger(u, value);
    u.se |= high & Extended.SIGN;
  }

  /**
   * Makes one: {@code u.significand} has digits 15..0, {@code u.se} the rest. The indefinite, with
   * #IA, is FFFF C000 0000 0000 0000.
   */
  public static void store(ExtendedUnit u, int se, long significand) {
    long magnitude = ExtendedConversion.magnitude(u, se, significand, false);
    if ((u.flags & ExtendedUnit.IE) != 0 || Long.compareUnsigned(magnitude, LIMIT) >= 0) {
      u.flags = u.flags & ~(ExtendedUnit.PE | ExtendedUnit.C1) | ExtendedUnit.IE;
      u.result(0xFFFF, 0xC000_0000_0000_0000L);
      return;
    }
    long low = 0;
    for (int digit = 0; digit < 16; digit++) {
      low |= magnitude % 10 << 4 * digit;
      magnitude /= 10;
    }
    int high = (int) (magnitude % 10 | magnitude / 10 << 4);
    u.result(se & Extended.SIGN | high, low);
  }
}
