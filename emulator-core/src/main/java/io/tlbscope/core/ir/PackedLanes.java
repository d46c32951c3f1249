package io.tlbscope.core.ir;

/**
 * Arithmetic on all lanes of a quadword at once, without a loop over them: some ten operations on
 * longs, which a JIT compiler schedules like any others. Lanes have {@code bits} bits, 8, 16 or 32
 * (where nothing else is said, also 64).
 */
final class PackedLanes {
  private PackedLanes() {}

  /** A lane's value in all lanes. */
  static long repeated(long lane, int bits) {
    return lane
        * switch (bits) {
          case 8 -> 0x0101_0101_0101_0101L;
          case 16 -> 0x0001_0001_0001_0001L;
          case 32 -> 0x1_0000_0001L;
          default -> 1;
        };
  }

  /** The top bit of each lane. */
  private static long tops(int bits) {
    return repeated(1L << bits - 1, bits);
  }

  /** From the top bits of lanes, all others 0, to whole lanes of ones. */
  private static long whole(long tops, int bits) {
    long ones = tops >>> bits - 1;
    return (ones << bits) - ones;
  }

  static long add(long a, long b, int bits) {
    long top = tops(bits);
    return (a & ~top) + (b & ~top) ^ (a ^ b) & top;
  }

  static long subtract(long a, long b, int bits) {
    long top = tops(bits);
    return (a | top) - (b & ~top) ^ (a ^ ~b) & top;
  }

  /** Ones where a = b; not for 64 bits. */
  static long equal(long a, long b, int bits) {
    long top = tops(bits);
    long differing = a ^ b;
    return whole(~((differing & ~top) + ~top | differing) & top, bits);
  }

  /** Ones where a &gt; b, unsigned; not for 64 bits. */
  static long above(long a, long b, int bits) {
    return whole(borrow(b, a, subtract(b, a, bits)) & tops(bits), bits);
  }

  /** Ones where a &gt; b, signed; not for 64 bits. */
  static long greater(long a, long b, int bits) {
    long top = tops(bits);
    return above(a ^ top, b ^ top, bits);
  }

  /** In top bits: a - b = difference has borrowed. */
  private static long borrow(long a, long b, long difference) {
    return ~a & b | (~a | b) & difference;
  }

  /** Ones where a is negative; any width. */
  static long signs(long a, int bits) {
    return bits == 64 ? a >> 63 : whole(a & tops(bits), bits);
  }

  /** Bits of a where the mask has ones, else of b. */
  static long choose(long mask, long a, long b) {
    return b ^ (a ^ b) & mask;
  }

  static long addUnsigned(long a, long b, int bits) {
    long sum = add(a, b, bits);
    return sum | whole((a & b | (a | b) & ~sum) & tops(bits), bits);
  }

  static long subtractUnsigned(long a, long b, int bits) {
    long difference = subtract(a, b, bits);
    return difference & ~whole(borrow(a, b, difference) & tops(bits), bits);
  }

  static long addSigned(long a, long b, int bits) {
    long sum = add(a, b, bits);
    return saturated(sum, a, ~(a ^ b) & (a ^ sum), bits);
  }

  static long subtractSigned(long a, long b, int bits) {
    long difference = subtract(a, b, bits);
    return saturated(difference, a, (a ^ b) & (a ^ difference), bits);
  }

  /** The largest value, or the smallest where a is negative, in lanes whose top bit overflowed. */
  private static long saturated(long result, long a, long overflow, int bits) {
    long top = tops(bits);
    long most = ~top + ((a & top) >>> bits - 1);
    return choose(whole(overflow & top, bits), most, result);
  }

  /** Unsigned averages, halves rounded up. */
  static long average(long a, long b, int bits) {
    return (a | b) - (((a ^ b) & ~repeated(1, bits)) >>> 1);
  }

  /** Signed lanes shifted right, {@code n} below {@code bits}. */
  static long shiftSigned(long a, long n, int bits) {
    long sign = tops(bits) >>> n;
    long shifted = a >>> n & repeated(Lift.mask(bits) >>> n, bits);
    return subtract(shifted ^ sign, sign, bits);
  }

  /** Low 16 bits of the products of words. */
  static long multiplyLow(long a, long b) {
    return a * b & 0xFFFF
        | ((a >>> 16) * (b >>> 16) & 0xFFFF) << 16
        | ((a >>> 32) * (b >>> 32) & 0xFFFF) << 32
        | (a >>> 48) * (b >>> 48) << 48;
  }

  /** High 16 bits of the products of signed words. */
  static long multiplyHigh(long a, long b) {
    return high((short) a * (short) b)
        | high((short) (a >>> 16) * (short) (b >>> 16)) << 16
        | high((short) (a >>> 32) * (short) (b >>> 32)) << 32
        | high((int) (a >> 48) * (int) (b >> 48)) << 48;
  }

  /** High 16 bits of the products of unsigned words. */
  static long multiplyHighUnsigned(long a, long b) {
    return (a & 0xFFFF) * (b & 0xFFFF) >>> 16
        | (a >>> 16 & 0xFFFF) * (b >>> 16 & 0xFFFF) >>> 16 << 16
        | (a >>> 32 & 0xFFFF) * (b >>> 32 & 0xFFFF) >>> 16 << 32
        | (a >>> 48) * (b >>> 48) >>> 16 << 48;
  }

  private static long high(int product) {
    return product >>> 16;
  }

  /** Sum of the unsigned bytes' distances. */
  static long sumOfDifferences(long a, long b) {
    long distances = subtractUnsigned(a, b, 8) | subtractUnsigned(b, a, 8);
    long words = (distances & 0x00FF_00FF_00FF_00FFL) + (distances >>> 8 & 0x00FF_00FF_00FF_00FFL);
    return words * 0x0001_0001_0001_0001L >>> 48;
  }

  /** Lanes of the low halves of a and b by turns. */
  static long interleave(long a, long b, int bits) {
    return spread(a, bits) | spread(b, bits) << bits;
  }

  /** The low half's lanes at twice their distance; 8, 16 or 32 bits. */
  private static long spread(long a, int bits) {
    long z = a & 0xFFFF_FFFFL;
    if (bits <= 16) {
      z = (z | z << 16) & 0x0000_FFFF_0000_FFFFL;
    }
    if (bits == 8) {
      z = (z | z << 8) & 0x00FF_00FF_00FF_00FFL;
    }
    return z;
  }

  /** The low byte of each word, in 32 bits. */
  private static long gather(long words) {
    long z = words & 0x00FF_00FF_00FF_00FFL;
    z = (z | z >>> 8) & 0x0000_FFFF_0000_FFFFL;
    return (z | z >>> 16) & 0xFFFF_FFFFL;
  }

  /** Signed words saturated to signed bytes, in 32 bits. */
  static long bytes(long a) {
    long most = repeated(0x7F, 16);
    long least = repeated(0xFF80, 16);
    long low = choose(greater(a, most, 16), most, a);
    return gather(choose(greater(least, low, 16), least, low));
  }

  /** Signed words saturated to unsigned bytes, in 32 bits. */
  static long unsignedBytes(long a) {
    long notNegative = a & ~whole(a & tops(16), 16);
    return gather(notNegative | whole(notNegative + repeated(0x7F00, 16) & tops(16), 16));
  }

  /** Signed doublewords saturated to signed words, in 32 bits. */
  static long words(long a) {
    return word((int) a) | word((int) (a >> 32)) << 16;
  }

  /** Signed doublewords saturated to unsigned words, in 32 bits. */
  static long unsignedWords(long a) {
    return unsignedWord((int) a) | unsignedWord((int) (a >> 32)) << 16;
  }

  private static long unsignedWord(int a) {
    return Math.max(Math.min(a, 0xFFFF), 0);
  }

  private static long word(int a) {
    return Math.max(Math.min(a, Short.MAX_VALUE), Short.MIN_VALUE) & 0xFFFF;
  }
}
