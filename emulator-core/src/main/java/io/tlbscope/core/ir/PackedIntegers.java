package io.tlbscope.core.ir;

import io.tlbscope.core.ir.VectorFunction.Shape;
import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongBinaryOperator;

/**
 * SSE2 integer arithmetic, lane by lane (Intel SDM vol. 1, 11.4.2). Operators see sign-extended
 * lanes.
 */
final class PackedIntegers {
  static final Map<Mnemonic, VectorFunction> TABLE = new EnumMap<>(Mnemonic.class);

  static {
    String[] suffix = {"B", "W", "D", "Q"};
    for (int i = 0; i < 4; i++) {
      int bits = 8 << i;
      long top = repeated(1L << bits - 1, bits);
      halves("PADD" + suffix[i], (a, b) -> (a & ~top) + (b & ~top) ^ (a ^ b) & top);
      halves("PSUB" + suffix[i], (a, b) -> (a | top) - (b & ~top) ^ (a ^ ~b) & top);
      if (i < 3) {
        put("PCMPEQ" + suffix[i], bits, (a, b) -> a == b ? -1 : 0);
        put("PCMPGT" + suffix[i], bits, (a, b) -> a > b ? -1 : 0);
      }
      if (i < 2) {
        long mask = Lift.mask(bits);
        put("PADDS" + suffix[i], bits, (a, b) -> signed(a + b, bits));
        put("PSUBS" + suffix[i], bits, (a, b) -> signed(a - b, bits));
        put("PADDUS" + suffix[i], bits, (a, b) -> Math.min((a & mask) + (b & mask), mask));
        put("PSUBUS" + suffix[i], bits, (a, b) -> Math.max((a & mask) - (b & mask), 0));
        put("PAVG" + suffix[i], bits, (a, b) -> (a & mask) + (b & mask) + 1 >> 1);
      }
    }
    halves("PADDQ", (a, b) -> a + b, Shape.ADD_QUADWORDS);
    halves("PSUBQ", (a, b) -> a - b, Shape.SUB_QUADWORDS);
    put("PMINUB", 8, (a, b) -> Math.min(a & 0xFF, b & 0xFF));
    put("PMAXUB", 8, (a, b) -> Math.max(a & 0xFF, b & 0xFF));
    put("PMINSW", 16, Math::min);
    put("PMAXSW", 16, Math::max);
    put("PMULLW", 16, (a, b) -> a * b);
    put("PMULHW", 16, (a, b) -> a * b >> 16);
    put("PMULHUW", 16, (a, b) -> (a & 0xFFFF) * (b & 0xFFFF) >> 16);
    halves("PMULUDQ", (a, b) -> (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL));
    halves("PMADDWD", PackedIntegers::multiplyAdd);
    halves("PSADBW", PackedIntegers::sumOfDifferences);
    for (String kind : new String[] {"PS", "PD"}) {
      halves("AND" + kind, (a, b) -> a & b, Shape.AND);
      halves("ANDN" + kind, (a, b) -> ~a & b);
      halves("OR" + kind, (a, b) -> a | b, Shape.OR);
      halves("XOR" + kind, (a, b) -> a ^ b, Shape.XOR);
    }
    halves("PAND", (a, b) -> a & b, Shape.AND);
    halves("PANDN", (a, b) -> ~a & b);
    halves("POR", (a, b) -> a | b, Shape.OR);
    halves("PXOR", (a, b) -> a ^ b, Shape.XOR);
    shifts();
  }

  private PackedIntegers() {}

  /** Both quadwords on their own. */
  private static void halves(String name, VectorFunction.Pair f) {
    halves(name, f, Shape.GENERAL);
  }

  private static void halves(String name, VectorFunction.Pair f, Shape shape) {
    TABLE.put(Mnemonic.valueOf(name), VectorFunction.each(f).as(shape));
  }

  private static void put(String name, int bits, LongBinaryOperator f) {
    halves(name, (a, b) -> lanes(a, b, bits, f));
  }

  private static long lanes(long a, long b, int bits, LongBinaryOperator f) {
    long z = 0;
    int up = 64 - bits;
    for (int at = 0; at < 64; at += bits) {
      z |= f.applyAsLong(a >>> at << up >> up, b >>> at << up >> up) << up >>> up << at;
    }
    return z;
  }

  /** Saturation to {@code bits} signed bits. */
  static long signed(long value, int bits) {
    long most = (1L << bits - 1) - 1;
    return Math.max(Math.min(value, most), -most - 1);
  }

  private static long multiplyAdd(long a, long b) {
    long z = 0;
    for (int at = 0; at < 64; at += 32) {
      long sum =
          (long) (short) (a >>> at) * (short) (b >>> at)
              + (long) (short) (a >>> at + 16) * (short) (b >>> at + 16);
      z |= (sum & 0xFFFF_FFFFL) << at;
    }
    return z;
  }

  private static long sumOfDifferences(long a, long b) {
    long sum = 0;
    for (int at = 0; at < 64; at += 8) {
      sum += Math.abs((a >>> at & 0xFF) - (b >>> at & 0xFF));
    }
    return sum;
  }

  /** The count is the source's low quadword, unsigned. */
  private static void shifts() {
    String[] suffix = {"W", "D", "Q"};
    for (int i = 0; i < 3; i++) {
      int bits = 16 << i;
      long mask = Lift.mask(bits);
      shift(
          "PSLL" + suffix[i],
          bits,
          (a, n) -> n == bits ? 0 : a << n & repeated(mask << n & mask, bits));
      shift(
          "PSRL" + suffix[i], bits, (a, n) -> n == bits ? 0 : a >>> n & repeated(mask >>> n, bits));
      if (i < 2) {
        shift("PSRA" + suffix[i], bits - 1, (a, n) -> lanes(a, n, bits, (lane, by) -> lane >> n));
      }
    }
    TABLE.put(
        Mnemonic.PSLLDQ,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> lowUp(dl, imm), (dl, dh, sl, sh, imm) -> highUp(dl, dh, imm)));
    TABLE.put(
        Mnemonic.PSRLDQ,
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> lowDown(dl, dh, imm),
            (dl, dh, sl, sh, imm) -> highDown(dh, imm)));
  }

  /**
   * Both quadwords by the source's low one.
   *
   * @param most count that every greater one is as good as
   */
  private static void shift(String name, int most, LongBinaryOperator f) {
    TABLE.put(
        Mnemonic.valueOf(name),
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> f.applyAsLong(dl, limited(sl, most)),
            (dl, dh, sl, sh, imm) -> f.applyAsLong(dh, limited(sl, most))));
  }

  private static long limited(long count, int most) {
    return Long.compareUnsigned(count, most) > 0 ? most : count;
  }

  /** A lane's value in all lanes of a quadword. */
  private static long repeated(long lane, int bits) {
    return lane
        * (bits == 8
            ? 0x0101_0101_0101_0101L
            : bits == 16 ? 0x0001_0001_0001_0001L : bits == 32 ? 0x1_0000_0001L : 1);
  }

  /** The whole register shifted left by {@code n} bytes: its low quadword, 0 above 7. */
  private static long lowUp(long low, int n) {
    return n >= 8 ? 0 : low << 8 * n;
  }

  private static long highUp(long low, long high, int n) {
    return n >= 16 ? 0 : n >= 8 ? low << 8 * n : n == 0 ? high : high << 8 * n | low >>> -8 * n;
  }

  private static long highDown(long high, int n) {
    return n >= 8 ? 0 : high >>> 8 * n;
  }

  private static long lowDown(long low, long high, int n) {
    return n >= 16 ? 0 : n >= 8 ? high >>> 8 * n : n == 0 ? low : low >>> 8 * n | high << -8 * n;
  }
}
