package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;

/**
 * SSE and SSE2 shuffles, packs, unpacks and register moves (Intel SDM vol. 1, 10.4.4, 11.4.1.3 and
 * 11.4.2).
 */
final class PackedShuffles {
  static final Map<Mnemonic, VectorFunction> TABLE = new EnumMap<>(Mnemonic.class);

  /** All 16 bytes. */
  static final VectorFunction COPY =
      (x, d, s, imm) -> {
        x[d] = x[s];
        x[d + 1] = x[s + 1];
      };

  static {
    unpack("PUNPCK%sBW", 8);
    unpack("PUNPCK%sWD", 16);
    unpack("PUNPCK%sDQ", 32);
    unpack("PUNPCK%sQDQ", 64);
    unpack("UNPCK%sPS", 32);
    unpack("UNPCK%sPD", 64);
    TABLE.put(Mnemonic.PACKSSWB, (x, d, s, imm) -> pack(x, d, s, 16, false));
    TABLE.put(Mnemonic.PACKSSDW, (x, d, s, imm) -> pack(x, d, s, 32, false));
    TABLE.put(Mnemonic.PACKUSWB, (x, d, s, imm) -> pack(x, d, s, 16, true));
    TABLE.put(
        Mnemonic.PSHUFD, (x, d, s, imm) -> set(x, d, doubles(x, s, imm, 0), doubles(x, s, imm, 4)));
    TABLE.put(
        Mnemonic.SHUFPS, (x, d, s, imm) -> set(x, d, doubles(x, d, imm, 0), doubles(x, s, imm, 4)));
    TABLE.put(
        Mnemonic.SHUFPD, (x, d, s, imm) -> set(x, d, x[d + (imm & 1)], x[s + (imm >> 1 & 1)]));
    TABLE.put(Mnemonic.PSHUFLW, (x, d, s, imm) -> set(x, d, words(x[s], imm), x[s + 1]));
    TABLE.put(Mnemonic.PSHUFHW, (x, d, s, imm) -> set(x, d, x[s], words(x[s + 1], imm)));
    TABLE.put(Mnemonic.MOVHLPS, (x, d, s, imm) -> x[d] = x[s + 1]);
    TABLE.put(Mnemonic.MOVLHPS, (x, d, s, imm) -> x[d + 1] = x[s]);
  }

  private PackedShuffles() {}

  private static void set(long[] x, int d, long low, long high) {
    x[d] = low;
    x[d + 1] = high;
  }

  private static void unpack(String name, int bits) {
    TABLE.put(
        Mnemonic.valueOf(name.formatted("L")),
        (x, d, s, imm) ->
            set(x, d, interleave(x[d], x[s], bits, 0), interleave(x[d], x[s], bits, 32)));
    TABLE.put(
        Mnemonic.valueOf(name.formatted("H")),
        (x, d, s, imm) ->
            set(
                x,
                d,
                interleave(x[d + 1], x[s + 1], bits, 0),
                interleave(x[d + 1], x[s + 1], bits, 32)));
  }

  /** Lanes of a and b by turns, from bit {@code from} of both on; whole quadwords: a, then b. */
  private static long interleave(long a, long b, int bits, int from) {
    if (bits == 64) {
      return from == 0 ? a : b;
    }
    long mask = Lift.mask(bits);
    long z = 0;
    for (int at = 0; at < 32; at += bits) {
      z |= (a >>> from + at & mask) << 2 * at | (b >>> from + at & mask) << 2 * at + bits;
    }
    return z;
  }

  private static void pack(long[] x, int d, int s, int from, boolean unsigned) {
    long low = narrow(x[d], from, unsigned) | narrow(x[d + 1], from, unsigned) << 32;
    long high = narrow(x[s], from, unsigned) | narrow(x[s + 1], from, unsigned) << 32;
    set(x, d, low, high);
  }

  /** The signed lanes of a quadword saturated to half their width: 32 bits. */
  private static long narrow(long a, int from, boolean unsigned) {
    int to = from / 2;
    int up = 64 - from;
    long z = 0;
    for (int at = 0; at < 64; at += from) {
      long lane = a >>> at << up >> up;
      long value =
          unsigned ? Math.max(Math.min(lane, Lift.mask(to)), 0) : PackedIntegers.signed(lane, to);
      z |= (value & Lift.mask(to)) << at / 2;
    }
    return z;
  }

  /** Two doublewords of register {@code s} that bits 3..0 of {@code imm >> shift} choose. */
  private static long doubles(long[] x, int s, int imm, int shift) {
    return doubleword(x, s, imm >> shift) | doubleword(x, s, imm >> shift + 2) << 32;
  }

  private static long doubleword(long[] x, int s, int n) {
    return x[s + (n >> 1 & 1)] >>> 32 * (n & 1) & 0xFFFF_FFFFL;
  }

  private static long words(long a, int imm) {
    long z = 0;
    for (int i = 0; i < 4; i++) {
      z |= (a >>> 16 * (imm >> 2 * i & 3) & 0xFFFF) << 16 * i;
    }
    return z;
  }
}
