package io.tlbscope.core.system;

/**
 * Two strings of up to 16 bytes or 8 words, compared as PCMPxSTRx do (Intel SDM vol. 2B, 4.1).
 *
 * <pre>
 *   imm   0 words   1 signed   3..2 what equals: any, ranges, each, ordered
 *         5..4 polarity: +, -, +, - where the second string is valid   6 last, or whole lanes
 * </pre>
 */
final class StringComparison {
  private final int imm;
  private final int bits;
  private final int count;
  private final long[] a;
  private final long[] b;
  private int lengthA;
  private int lengthB;

  /** Both strings end at their first zero. */
  StringComparison(int imm, long al, long ah, long bl, long bh) {
    this.imm = imm;
    bits = (imm & 1) != 0 ? 16 : 8;
    count = 128 / bits;
    a = new long[] {al, ah};
    b = new long[] {bl, bh};
    lengthA = zero(a);
    lengthB = zero(b);
  }

  /** They have these lengths instead; more is as good as all. */
  void lengths(long first, long second) {
    lengthA = (int) Math.min(first, count);
    lengthB = (int) Math.min(second, count);
  }

  private int zero(long[] string) {
    int n = 0;
    while (n < count && unsigned(string, n) != 0) {
      n++;
    }
    return n;
  }

  private int unsigned(long[] string, int n) {
    int at = n * bits;
    return (int) (string[at >> 6] >>> (at & 63)) & (1 << bits) - 1;
  }

  private int element(long[] string, int n) {
    int value = unsigned(string, n);
    return (imm & 2) == 0 ? value : bits == 8 ? (byte) value : (short) value;
  }

  boolean firstEnds() {
    return lengthA < count;
  }

  boolean secondEnds() {
    return lengthB < count;
  }

  /** A bit an element of the second string. */
  int result() {
    int result = 0;
    for (int j = 0; j < count; j++) {
      boolean holds =
          switch (imm >> 2 & 3) {
            case 0 -> any(j);
            case 1 -> ranges(j);
            case 2 -> j < lengthA == j < lengthB && (j >= lengthA || same(j, j));
            default -> ordered(j);
          };
      boolean negative = (imm & 0x10) != 0 && ((imm & 0x20) == 0 || j < lengthB);
      result |= holds != negative ? 1 << j : 0;
    }
    return result;
  }

  private boolean same(int i, int j) {
    return unsigned(a, i) == unsigned(b, j);
  }

  private boolean any(int j) {
    boolean found = false;
    for (int i = 0; i < lengthA && j < lengthB; i++) {
      found |= same(i, j);
    }
    return found;
  }

  private boolean ranges(int j) {
    boolean found = false;
    for (int i = 0; i + 1 < lengthA && j < lengthB; i += 2) {
      int value = element(b, j);
      found |= value >= element(a, i) && value <= element(a, i + 1);
    }
    return found;
  }

  /** The first string stands in the second from j on, or what of it has room. */
  private boolean ordered(int j) {
    for (int i = 0; i < lengthA && i + j < count; i++) {
      if (i + j >= lengthB || !same(i, i + j)) {
        return false;
      }
    }
    return true;
  }

  /** First or last bit of a result, the number of elements if there is none. */
  int index(int result) {
    if (result == 0) {
      return count;
    }
    return (imm & 0x40) == 0
        ? Integer.numberOfTrailingZeros(result)
        : 31 - Integer.numberOfLeadingZeros(result);
  }

  /** A quadword of the mask that a result stands for: bits, or whole elements. */
  long mask(int result, int quadword) {
    if ((imm & 0x40) == 0) {
      return quadword == 0 ? result : 0;
    }
    int each = 64 / bits;
    long z = 0;
    for (int n = 0; n < each; n++) {
      if ((result >> quadword * each + n & 1) != 0) {
        z |= (1L << bits) - 1 << n * bits;
      }
    }
    return z;
  }
}
