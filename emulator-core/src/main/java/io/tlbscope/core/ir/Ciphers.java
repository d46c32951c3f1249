package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;

/**
 * AES's rounds (Intel SDM vol. 1, 12.13; FIPS 197) and carry-less multiplication. A register is a
 * state of four columns of 32 bits, the first in the low bits, row 0 in a column's low byte.
 */
final class Ciphers {
  static final Map<Mnemonic, VectorFunction> TABLE = new EnumMap<>(Mnemonic.class);

  /** The substitution of bytes, and the way back. */
  private static final int[] FORWARD = new int[256], BACK = new int[256];

  /** Factors of a mixed column's byte, from its own row on. */
  private static final int[] MIX = {2, 3, 1, 1}, UNMIX = {14, 11, 13, 9};

  static {
    substitutions();
    round(Mnemonic.AESENC, true, MIX);
    round(Mnemonic.AESENCLAST, true, null);
    round(Mnemonic.AESDEC, false, UNMIX);
    round(Mnemonic.AESDECLAST, false, null);
    TABLE.put(
        Mnemonic.AESIMC,
        VectorFunction.each(
            (a, b) -> mixed((int) b, UNMIX) | mixed((int) (b >>> 32), UNMIX) << 32));
    TABLE.put(
        Mnemonic.AESKEYGENASSIST,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> keys((int) (sl >>> 32), imm),
            (dl, dh, sl, sh, imm) -> keys((int) (sh >>> 32), imm)));
    TABLE.put(
        Mnemonic.PCLMULQDQ,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> low((imm & 1) == 0 ? dl : dh, (imm & 16) == 0 ? sl : sh),
            (dl, dh, sl, sh, imm) -> high((imm & 1) == 0 ? dl : dh, (imm & 16) == 0 ? sl : sh)));
  }

  private Ciphers() {}

  /** Each number's inverse in GF(2^8), by powers of the generator 3 and of its inverse. */
  private static void substitutions() {
    int power = 1;
    int inverse = 1;
    do {
      power = times(power, 3);
      // 1 / 3.
      inverse = times(inverse, 0xF6);
      int spread = inverse | inverse << 8;
      int affine = inverse ^ spread >> 4 ^ spread >> 5 ^ spread >> 6 ^ spread >> 7 ^ 0x63;
      FORWARD[power] = affine & 0xFF;
    } while (power != 1);
    FORWARD[0] = 0x63;
    for (int n = 0; n < 256; n++) {
      BACK[FORWARD[n]] = n;
    }
  }

  /** Product in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
  private static int times(int a, int b) {
    int z = 0;
    for (int rest = b; rest != 0; rest >>= 1) {
      z ^= (rest & 1) != 0 ? a : 0;
      a = a << 1 ^ ((a & 0x80) != 0 ? 0x11B : 0);
    }
    return z;
  }

  private static void round(Mnemonic mnemonic, boolean forward, int[] factors) {
    TABLE.put(
        mnemonic,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> columns(dl, dh, 0, forward, factors) ^ sl,
            (dl, dh, sl, sh, imm) -> columns(dl, dh, 2, forward, factors) ^ sh));
  }

  /** Column {@code first} and the next of what a round makes of a state. */
  private static long columns(long low, long high, int first, boolean forward, int[] factors) {
    int[] substitution = forward ? FORWARD : BACK;
    long z = 0;
    for (int column = first; column < first + 2; column++) {
      int shifted = 0;
      for (int row = 0; row < 4; row++) {
        int from = 4 * (column + (forward ? row : -row) & 3) + row;
        int octet = (int) ((from < 8 ? low : high) >>> 8 * (from & 7)) & 0xFF;
        shifted |= substitution[octet] << 8 * row;
      }
      long done = factors == null ? shifted & 0xFFFF_FFFFL : mixed(shifted, factors);
      z |= done << 32 * (column - first);
    }
    return z;
  }

  private static long mixed(int column, int[] factors) {
    long z = 0;
    for (int row = 0; row < 4; row++) {
      int octet = 0;
      for (int n = 0; n < 4; n++) {
        octet ^= times(column >>> 8 * (row + n & 3) & 0xFF, factors[n]);
      }
      z |= (long) octet << 8 * row;
    }
    return z;
  }

  /** Of a doubleword: substituted, and the same rotated with the round's constant. */
  private static long keys(int doubleword, int constant) {
    int z = 0;
    for (int n = 0; n < 32; n += 8) {
      z |= FORWARD[doubleword >>> n & 0xFF] << n;
    }
    return z & 0xFFFF_FFFFL | (long) (Integer.rotateRight(z, 8) ^ constant) << 32;
  }

  private static long low(long a, long b) {
    long z = 0;
    for (int n = 0; n < 64; n++) {
      z ^= (b >>> n & 1) != 0 ? a << n : 0;
    }
    return z;
  }

  private static long high(long a, long b) {
    long z = 0;
    for (int n = 1; n < 64; n++) {
      z ^= (b >>> n & 1) != 0 ? a >>> 64 - n : 0;
    }
    return z;
  }
}
