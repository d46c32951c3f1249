package io.tlbscope.core.ir;

import io.tlbscope.core.ir.VectorFunction.Shape;
import io.tlbscope.core.isa.Mnemonic;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongBinaryOperator;

/** Integer arithmetic of SSE2 and, lane by lane, of SSE4 (Intel SDM vol. 1, 11.4.2 and 12.10). */
final class PackedIntegers {
  static final Map<Mnemonic, VectorFunction> TABLE = new EnumMap<>(Mnemonic.class);

  static {
    String[] suffix = {"B", "W", "D"};
    for (int i = 0; i < 3; i++) {
      int bits = 8 << i;
      halves("PADD" + suffix[i], (a, b) -> PackedLanes.add(a, b, bits));
      halves("PSUB" + suffix[i], (a, b) -> PackedLanes.subtract(a, b, bits));
      halves("PCMPEQ" + suffix[i], (a, b) -> PackedLanes.equal(a, b, bits));
      halves("PCMPGT" + suffix[i], (a, b) -> PackedLanes.greater(a, b, bits));
      if (i < 2) {
        halves("PADDS" + suffix[i], (a, b) -> PackedLanes.addSigned(a, b, bits));
        halves("PSUBS" + suffix[i], (a, b) -> PackedLanes.subtractSigned(a, b, bits));
        halves("PADDUS" + suffix[i], (a, b) -> PackedLanes.addUnsigned(a, b, bits));
        halves("PSUBUS" + suffix[i], (a, b) -> PackedLanes.subtractUnsigned(a, b, bits));
        halves("PAVG" + suffix[i], (a, b) -> PackedLanes.average(a, b, bits));
      }
    }
    halves("PADDQ", (a, b) -> a + b, Shape.ADD_QUADWORDS);
    halves("PSUBQ", (a, b) -> a - b, Shape.SUB_QUADWORDS);
    halves("PMINUB", (a, b) -> PackedLanes.choose(PackedLanes.above(a, b, 8), b, a));
    halves("PMAXUB", (a, b) -> PackedLanes.choose(PackedLanes.above(a, b, 8), a, b));
    halves("PMINSW", (a, b) -> PackedLanes.choose(PackedLanes.greater(a, b, 16), b, a));
    halves("PMAXSW", (a, b) -> PackedLanes.choose(PackedLanes.greater(a, b, 16), a, b));
    choices("PMINSB", "PMAXSB", 8, true);
    choices("PMINUW", "PMAXUW", 16, false);
    choices("PMINSD", "PMAXSD", 32, true);
    choices("PMINUD", "PMAXUD", 32, false);
    halves("PCMPEQQ", (a, b) -> a == b ? -1 : 0);
    halves("PCMPGTQ", (a, b) -> a > b ? -1 : 0);
    halves("PMULDQ", (a, b) -> (long) (int) a * (int) b);
    halves("PMULLD", (a, b) -> a * b & 0xFFFF_FFFFL | (a >>> 32) * (b >>> 32) << 32);
    halves("PMULLW", PackedLanes::multiplyLow);
    halves("PMULHW", PackedLanes::multiplyHigh);
    halves("PMULHUW", PackedLanes::multiplyHighUnsigned);
    halves("PMULUDQ", (a, b) -> (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL));
    halves("PMADDWD", PackedIntegers::multiplyAdd);
    halves("PSADBW", PackedLanes::sumOfDifferences);
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

  private static void choices(String least, String most, int bits, boolean signed) {
    halves(least, (a, b) -> PackedLanes.choose(more(a, b, bits, signed), b, a));
    halves(most, (a, b) -> PackedLanes.choose(more(a, b, bits, signed), a, b));
  }

  private static long more(long a, long b, int bits, boolean signed) {
    return signed ? PackedLanes.greater(a, b, bits) : PackedLanes.above(a, b, bits);
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

  /** The count is the source's low quadword, unsigned. */
  private static void shifts() {
    String[] suffix = {"W", "D", "Q"};
    for (int i = 0; i < 3; i++) {
      int bits = 16 << i;
      long mask = Lift.mask(bits);
      shift(
          "PSLL" + suffix[i],
          bits,
          (a, n) -> n == bits ? 0 : a << n & PackedLanes.repeated(mask << n & mask, bits));
      shift(
          "PSRL" + suffix[i],
          bits,
          (a, n) -> n == bits ? 0 : a >>> n & PackedLanes.repeated(mask >>> n, bits));
      if (i < 2) {
        shift("PSRA" + suffix[i], bits - 1, (a, n) -> PackedLanes.shiftSigned(a, n, bits));
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
