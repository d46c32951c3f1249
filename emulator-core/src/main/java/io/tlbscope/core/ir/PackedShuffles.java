package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * SSE to SSE3 shuffles, packs, unpacks and register moves (Intel SDM vol. 1, 10.4.4, 11.4.1.3 and
 * 11.4.2).
 */
final class PackedShuffles {
  static final Map<Mnemonic, VectorFunction> TABLE = new EnumMap<>(Mnemonic.class);

  static {
    unpack("PUNPCK%sBW", 8);
    unpack("PUNPCK%sWD", 16);
    unpack("PUNPCK%sDQ", 32);
    unpack("PUNPCK%sQDQ", 64);
    unpack("UNPCK%sPS", 32);
    unpack("UNPCK%sPD", 64);
    pack(Mnemonic.PACKSSWB, PackedLanes::bytes);
    pack(Mnemonic.PACKSSDW, PackedLanes::words);
    pack(Mnemonic.PACKUSWB, PackedLanes::unsignedBytes);
    put(
        Mnemonic.PSHUFD,
        (dl, dh, sl, sh, imm) -> doubles(sl, sh, imm),
        (dl, dh, sl, sh, imm) -> doubles(sl, sh, imm >> 4));
    put(
        Mnemonic.SHUFPS,
        (dl, dh, sl, sh, imm) -> doubles(dl, dh, imm),
        (dl, dh, sl, sh, imm) -> doubles(sl, sh, imm >> 4));
    put(
        Mnemonic.SHUFPD,
        (dl, dh, sl, sh, imm) -> (imm & 1) == 0 ? dl : dh,
        (dl, dh, sl, sh, imm) -> (imm & 2) == 0 ? sl : sh);
    put(Mnemonic.PSHUFLW, (dl, dh, sl, sh, imm) -> words(sl, imm), (dl, dh, sl, sh, imm) -> sh);
    put(Mnemonic.PSHUFHW, (dl, dh, sl, sh, imm) -> sl, (dl, dh, sl, sh, imm) -> words(sh, imm));
    put(
        Mnemonic.MOVSLDUP,
        (dl, dh, sl, sh, imm) -> doubles(sl, sl, 0),
        (dl, dh, sl, sh, imm) -> doubles(sh, sh, 0));
    put(
        Mnemonic.MOVSHDUP,
        (dl, dh, sl, sh, imm) -> doubles(sl, sl, 5),
        (dl, dh, sl, sh, imm) -> doubles(sh, sh, 5));
    put(Mnemonic.MOVDDUP, (dl, dh, sl, sh, imm) -> sl, (dl, dh, sl, sh, imm) -> sl);
    put(Mnemonic.MOVHLPS, (dl, dh, sl, sh, imm) -> sh, null);
    put(Mnemonic.MOVLHPS, (dl, dh, sl, sh, imm) -> dl, (dl, dh, sl, sh, imm) -> sl);
  }

  private PackedShuffles() {}

  private static void put(Mnemonic mnemonic, VectorFunction.Half low, VectorFunction.Half high) {
    TABLE.put(mnemonic, new VectorFunction(low, high));
  }

  private static void unpack(String name, int bits) {
    put(
        Mnemonic.valueOf(name.formatted("L")),
        (dl, dh, sl, sh, imm) -> interleave(dl, sl, bits, 0),
        (dl, dh, sl, sh, imm) -> interleave(dl, sl, bits, 32));
    put(
        Mnemonic.valueOf(name.formatted("H")),
        (dl, dh, sl, sh, imm) -> interleave(dh, sh, bits, 0),
        (dl, dh, sl, sh, imm) -> interleave(dh, sh, bits, 32));
  }

  /** Lanes of a and b by turns, from bit {@code from} of both on; whole quadwords: a, then b. */
  private static long interleave(long a, long b, int bits, int from) {
    if (bits == 64) {
      return from == 0 ? a : b;
    }
    return PackedLanes.interleave(a >>> from, b >>> from, bits);
  }

  /**
   * @param narrow two halves of 32 bits of the quadwords
   */
  private static void pack(Mnemonic mnemonic, LongUnaryOperator narrow) {
    put(
        mnemonic,
        (dl, dh, sl, sh, imm) -> narrow.applyAsLong(dl) | narrow.applyAsLong(dh) << 32,
        (dl, dh, sl, sh, imm) -> narrow.applyAsLong(sl) | narrow.applyAsLong(sh) << 32);
  }

  /** Two doublewords of a register, chosen by bits 3..0 of {@code imm}. */
  private static long doubles(long low, long high, int imm) {
    return doubleword(low, high, imm) | doubleword(low, high, imm >> 2) << 32;
  }

  private static long doubleword(long low, long high, int n) {
    return ((n & 2) == 0 ? low : high) >>> 32 * (n & 1) & 0xFFFF_FFFFL;
  }

  private static long words(long a, int imm) {
    long z = 0;
    for (int i = 0; i < 4; i++) {
      z |= (a >>> 16 * (imm >> 2 * i & 3) & 0xFFFF) << 16 * i;
    }
    return z;
  }
}
