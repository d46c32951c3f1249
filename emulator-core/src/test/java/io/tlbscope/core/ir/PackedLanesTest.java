package io.tlbscope.core.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** All lanes at once against one lane after the other. */
class PackedLanesTest {
  /** Bytes and words that lie at the edges of ranges, and any. */
  private static final int[] EDGES = {0, 1, 0x7E, 0x7F, 0x80, 0x81, 0xFE, 0xFF};

  private final Random random = new Random(1);

  @Test
  void addAndSubtract() {
    for (int bits : new int[] {8, 16, 32}) {
      check("add", bits, (a, b) -> PackedLanes.add(a, b, bits), (a, b) -> a + b);
      check("subtract", bits, (a, b) -> PackedLanes.subtract(a, b, bits), (a, b) -> a - b);
    }
  }

  @Test
  void compare() {
    for (int bits : new int[] {8, 16, 32}) {
      check("equal", bits, (a, b) -> PackedLanes.equal(a, b, bits), (a, b) -> a == b ? -1 : 0);
      check("greater", bits, (a, b) -> PackedLanes.greater(a, b, bits), (a, b) -> a > b ? -1 : 0);
      check(
          "above",
          bits,
          (a, b) -> PackedLanes.above(a, b, bits),
          (a, b) -> unsigned(a, bits) > unsigned(b, bits) ? -1 : 0);
    }
  }

  @Test
  void saturate() {
    for (int bits : new int[] {8, 16}) {
      long most = (1L << bits - 1) - 1;
      check(
          "addSigned",
          bits,
          (a, b) -> PackedLanes.addSigned(a, b, bits),
          (a, b) -> Math.clamp(a + b, -most - 1, most));
      check(
          "subtractSigned",
          bits,
          (a, b) -> PackedLanes.subtractSigned(a, b, bits),
          (a, b) -> Math.clamp(a - b, -most - 1, most));
      check(
          "addUnsigned",
          bits,
          (a, b) -> PackedLanes.addUnsigned(a, b, bits),
          (a, b) -> Math.min(unsigned(a, bits) + unsigned(b, bits), 2 * most + 1));
      check(
          "subtractUnsigned",
          bits,
          (a, b) -> PackedLanes.subtractUnsigned(a, b, bits),
          (a, b) -> Math.max(unsigned(a, bits) - unsigned(b, bits), 0));
      check(
          "average",
          bits,
          (a, b) -> PackedLanes.average(a, b, bits),
          (a, b) -> unsigned(a, bits) + unsigned(b, bits) + 1 >> 1);
    }
  }

  @Test
  void shift() {
    for (int bits : new int[] {16, 32}) {
      for (int n = 0; n < bits; n++) {
        int by = n;
        check("shift", bits, (a, b) -> PackedLanes.shiftSigned(a, by, bits), (a, b) -> a >> by);
      }
    }
  }

  @Test
  void multiply() {
    check("low", 16, PackedLanes::multiplyLow, (a, b) -> a * b);
    check("high", 16, PackedLanes::multiplyHigh, (a, b) -> a * b >> 16);
    check(
        "high unsigned",
        16,
        PackedLanes::multiplyHighUnsigned,
        (a, b) -> unsigned(a, 16) * unsigned(b, 16) >> 16);
  }

  @Test
  void sumOfDifferences() {
    for (int i = 0; i < 10_000; i++) {
      long a = value();
      long b = value();
      long sum = 0;
      for (int at = 0; at < 64; at += 8) {
        sum += Math.abs((a >>> at & 0xFF) - (b >>> at & 0xFF));
      }
      assertEquals(sum, PackedLanes.sumOfDifferences(a, b));
    }
  }

  @Test
  void interleave() {
    for (int bits : new int[] {8, 16, 32}) {
      for (int i = 0; i < 1000; i++) {
        long a = value();
        long b = value();
        long z = 0;
        for (int at = 0; at < 32; at += bits) {
          z |= unsigned(a >>> at, bits) << 2 * at | unsigned(b >>> at, bits) << 2 * at + bits;
        }
        assertEquals(z, PackedLanes.interleave(a, b, bits));
      }
    }
  }

  @Test
  void narrow() {
    narrows("bytes", 16, PackedLanes::bytes, -0x80, 0x7F);
    narrows("unsigned bytes", 16, PackedLanes::unsignedBytes, 0, 0xFF);
    narrows("words", 32, PackedLanes::words, -0x8000, 0x7FFF);
  }

  private void narrows(String name, int from, LongUnaryOperator all, long least, long most) {
    for (int i = 0; i < 10_000; i++) {
      long a = value();
      long z = 0;
      for (int at = 0; at < 64; at += from) {
        z |= unsigned(Math.clamp(signed(a >>> at, from), least, most), from / 2) << at / 2;
      }
      assertEquals(z, all.applyAsLong(a), name + " of " + Long.toHexString(a));
    }
  }

  private void check(String name, int bits, LongBinaryOperator all, LongBinaryOperator one) {
    for (int i = 0; i < 10_000; i++) {
      long a = value();
      long b = i % 8 == 0 ? a : value();
      long z = 0;
      for (int at = 0; at < 64; at += bits) {
        z |= unsigned(one.applyAsLong(signed(a >>> at, bits), signed(b >>> at, bits)), bits) << at;
      }
      assertEquals(
          z,
          all.applyAsLong(a, b),
          () -> "%s of %d bits: %016x, %016x".formatted(name, bits, a, b));
    }
  }

  private long value() {
    if (random.nextBoolean()) {
      return random.nextLong();
    }
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | EDGES[random.nextInt(EDGES.length)];
    }
    return value;
  }

  private static long signed(long value, int bits) {
    return value << 64 - bits >> 64 - bits;
  }

  private static long unsigned(long value, int bits) {
    return value << 64 - bits >>> 64 - bits;
  }
}
