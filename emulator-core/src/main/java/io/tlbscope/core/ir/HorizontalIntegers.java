package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;

/**
 * SSSE3 (Intel SDM vol. 1, 12.7). A function's low half serves the MMX form too, which has its
 * source where the XMM form has the destination's high quadword; see {@link #MMX} for the others.
 */
final class HorizontalIntegers {
  static final Map<Mnemonic, VectorFunction> TABLE = new EnumMap<>(Mnemonic.class);

  /** MMX forms that are not the low half of the XMM form. */
  static final Map<Mnemonic, VectorFunction.Half> MMX =
      Map.of(
          Mnemonic.PSHUFB, (dl, dh, sl, sh, imm) -> shuffle(dl, dl, sl, 7),
          Mnemonic.PALIGNR, (dl, dh, sl, sh, imm) -> quadword(sl, dl, 0, 0, imm));

  /** A lane of 16 or 32 bits from two, sign-extended. */
  private interface Lanes {
    int apply(int a, int b);
  }

  static {
    horizontal(Mnemonic.PHADDW, 16, (a, b) -> a + b);
    horizontal(Mnemonic.PHADDD, 32, (a, b) -> a + b);
    horizontal(Mnemonic.PHADDSW, 16, (a, b) -> saturated(a + b));
    horizontal(Mnemonic.PHSUBW, 16, (a, b) -> a - b);
    horizontal(Mnemonic.PHSUBD, 32, (a, b) -> a - b);
    horizontal(Mnemonic.PHSUBSW, 16, (a, b) -> saturated(a - b));
    int[] widths = {8, 16, 32};
    Mnemonic[] signs = {Mnemonic.PSIGNB, Mnemonic.PSIGNW, Mnemonic.PSIGND};
    Mnemonic[] magnitudes = {Mnemonic.PABSB, Mnemonic.PABSW, Mnemonic.PABSD};
    for (int i = 0; i < 3; i++) {
      int bits = widths[i];
      TABLE.put(signs[i], VectorFunction.each((a, b) -> lanes(a, b, bits, (x, y) -> x * sign(y))));
      TABLE.put(
          magnitudes[i], VectorFunction.each((a, b) -> lanes(b, b, bits, (x, y) -> Math.abs(x))));
    }
    TABLE.put(
        Mnemonic.PMULHRSW,
        VectorFunction.each((a, b) -> lanes(a, b, 16, (x, y) -> (x * y >> 14) + 1 >> 1)));
    TABLE.put(Mnemonic.PMADDUBSW, VectorFunction.each(HorizontalIntegers::multiplyAdd));
    TABLE.put(
        Mnemonic.PSHUFB,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> shuffle(dl, dh, sl, 15),
            (dl, dh, sl, sh, imm) -> shuffle(dl, dh, sh, 15)));
    TABLE.put(
        Mnemonic.PALIGNR,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> quadword(sl, sh, dl, dh, imm),
            (dl, dh, sl, sh, imm) -> quadword(sl, sh, dl, dh, imm + 8)));
  }

  private HorizontalIntegers() {}

  private static int sign(int a) {
    return Integer.signum(a);
  }

  private static int saturated(int a) {
    return Math.max(Math.min(a, Short.MAX_VALUE), Short.MIN_VALUE);
  }

  private static long lanes(long a, long b, int bits, Lanes f) {
    long z = 0;
    for (int at = 0; at < 64; at += bits) {
      z |= (f.apply(lane(a, at, bits), lane(b, at, bits)) & Lift.mask(bits)) << at;
    }
    return z;
  }

  /** Sign-extended. */
  private static int lane(long a, int at, int bits) {
    return (int) (a << 64 - bits - at >> 64 - bits);
  }

  /** Neighbours of the destination into the low half of the result, of the source into the high. */
  private static void horizontal(Mnemonic mnemonic, int bits, Lanes f) {
    TABLE.put(
        mnemonic,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> neighbours(dl, bits, f) | neighbours(dh, bits, f) << 32,
            (dl, dh, sl, sh, imm) -> neighbours(sl, bits, f) | neighbours(sh, bits, f) << 32));
  }

  private static long neighbours(long a, int bits, Lanes f) {
    long z = 0;
    for (int at = 0; at < 64; at += 2 * bits) {
      int lane = f.apply(lane(a, at, bits), lane(a, at + bits, bits));
      z |= (lane & Lift.mask(bits)) << at / 2;
    }
    return z;
  }

  /** Unsigned bytes of a by signed bytes of b, neighbours added with saturation. */
  private static long multiplyAdd(long a, long b) {
    long z = 0;
    for (int at = 0; at < 64; at += 16) {
      int sum =
          (int) (a >>> at & 0xFF) * lane(b, at, 8)
              + (int) (a >>> at + 8 & 0xFF) * lane(b, at + 8, 8);
      z |= (saturated(sum) & 0xFFFFL) << at;
    }
    return z;
  }

  /** Bytes of a register at the places that {@code places} names, 0 where its top bit is set. */
  private static long shuffle(long low, long high, long places, int mask) {
    long z = 0;
    for (int at = 0; at < 64; at += 8) {
      int place = (int) (places >>> at);
      if ((place & 0x80) == 0) {
        int n = place & mask;
        z |= ((n < 8 ? low : high) >>> 8 * (n & 7) & 0xFF) << at;
      }
    }
    return z;
  }

  /** The quadword from byte {@code n} on of four, lowest first; zeros behind them. */
  private static long quadword(long a, long b, long c, long d, int n) {
    long[] quadwords = {a, b, c, d, 0, 0};
    int first = n >> 3;
    if (first > 3) {
      return 0;
    }
    int shift = 8 * (n & 7);
    return shift == 0
        ? quadwords[first]
        : quadwords[first] >>> shift | quadwords[first + 1] << -shift;
  }
}
