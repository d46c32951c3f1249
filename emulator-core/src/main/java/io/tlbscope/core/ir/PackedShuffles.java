package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * SSE to SSE4 shuffles, packs, unpacks and register moves (Intel SDM vol. 1, 10.4.4, 11.4.1.3 and
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
    pack(Mnemonic.PACKUSDW, PackedLanes::unsignedWords);
    blend(Mnemonic.PBLENDW, 16);
    blend(Mnemonic.BLENDPS, 32);
    blend(Mnemonic.BLENDPD, 64);
    put(Mnemonic.PHMINPOSUW, (dl, dh, sl, sh, imm) -> least(sl, sh), (dl, dh, sl, sh, imm) -> 0);
    put(
        Mnemonic.MPSADBW,
        (dl, dh, sl, sh, imm) -> distances(dl, dh, sl, sh, imm, 0),
        (dl, dh, sl, sh, imm) -> distances(dl, dh, sl, sh, imm, 4));
    put(
        Mnemonic.INSERTPS,
        (dl, dh, sl, sh, imm) -> inserted(dl, doubleword(sl, sh, imm >> 6), imm, 0),
        (dl, dh, sl, sh, imm) -> inserted(dh, doubleword(sl, sh, imm >> 6), imm, 2));
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

  /** Lanes of the source where {@code imm} has ones. */
  private static void blend(Mnemonic mnemonic, int bits) {
    int each = 64 / bits;
    put(
        mnemonic,
        (dl, dh, sl, sh, imm) -> chosen(dl, sl, imm, bits),
        (dl, dh, sl, sh, imm) -> chosen(dh, sh, imm >> each, bits));
  }

  private static long chosen(long d, long s, int imm, int bits) {
    long mask = 0;
    for (int n = 0; n < 64 / bits; n++) {
      mask |= (imm >> n & 1) != 0 ? Lift.mask(bits) << n * bits : 0;
    }
    return PackedLanes.choose(mask, s, d);
  }

  /** The least unsigned word, and above it the number of the first such. */
  private static long least(long low, long high) {
    long best = 0xFFFF;
    long place = 0;
    for (int n = 7; n >= 0; n--) {
      long word = (n < 4 ? low : high) >>> 16 * (n & 3) & 0xFFFF;
      if (word <= best) {
        best = word;
        place = n;
      }
    }
    return best | place << 16;
  }

  /** Four sums of the distances of four bytes each, from the destination's byte {@code from} on. */
  private static long distances(long dl, long dh, long sl, long sh, int imm, int from) {
    long z = 0;
    int block = 4 * (imm & 3);
    int start = (imm & 4) + from;
    for (int n = 0; n < 4; n++) {
      int sum = 0;
      for (int k = 0; k < 4; k++) {
        sum += Math.abs(octet(dl, dh, start + n + k) - octet(sl, sh, block + k));
      }
      z |= (long) sum << 16 * n;
    }
    return z;
  }

  private static int octet(long low, long high, int n) {
    return (int) ((n < 8 ? low : high) >>> 8 * (n & 7)) & 0xFF;
  }

  /** INSERTPS on lanes {@code first} and the next: bits 5..4 the place, 3..0 zeros. */
  private static long inserted(long quadword, long value, int imm, int first) {
    long z = quadword;
    for (int n = 0; n < 2; n++) {
      long mask = 0xFFFF_FFFFL << 32 * n;
      if ((imm >> 4 & 3) == first + n) {
        z = z & ~mask | value << 32 * n;
      }
      if ((imm >> first + n & 1) != 0) {
        z &= ~mask;
      }
    }
    return z;
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
