package io.tlbscope.core.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind, width and alignment of locked operations, by whichever way it is done. */
class AtomicsTest {
  private final byte[] bytes = new byte[128];
  private final long ha = StressMemory.lines();
  private final PhysicalMemory memory = new PhysicalMemory(1 << 20);

  @ParameterizedTest
  @EnumSource
  void changesItsBytesAndNoOthers(AtomicKind kind) {
    Random random = new Random(kind.ordinal());
    for (int size : new int[] {1, 2, 4, 8}) {
      for (int offset = 0; offset < 64 + 8; offset++) {
        long mask = -1L >>> 64 - 8 * size;
        fill(random);
        long old = plain(offset, size);
        long operand = random.nextLong();
        long expected = random.nextBoolean() ? old : random.nextLong();
        long after = kind.apply(old, expected, operand, mask) & mask;
        assertEquals(old, memory.atomic(kind, ha + offset, size, expected, operand));
        for (int i = 0; i < size; i++) {
          bytes[offset + i] = (byte) (after >>> 8 * i);
        }
        assertArrayEquals(bytes, all(), kind + ", " + size + " bytes at " + offset);
      }
    }
  }

  /** What hosts do that give no executable memory. */
  @ParameterizedTest
  @EnumSource
  void theWayOfAWorldThatStandsStillAgrees(AtomicKind kind) {
    Random random = new Random(kind.ordinal());
    for (int offset = 56; offset < 64; offset++) {
      for (int size : new int[] {2, 4, 8}) {
        fill(random);
        long operand = random.nextLong();
        long expected = plain(offset, size);
        assertEquals(expected, memory.atomic(kind, ha + offset, size, expected, operand));
        byte[] after = all();
        HostMemory.copyIn(bytes, 0, ha, bytes.length);
        assertEquals(expected, Atomics.unlocked(kind, ha + offset, size, expected, operand));
        assertArrayEquals(after, all(), kind + ", " + size + " bytes at " + offset);
      }
    }
  }

  @Test
  void sixteenBytesAreExchangedIfBothHalvesAreAsExpected() {
    HostMemory.putLong(ha, 1);
    HostMemory.putLong(ha + 8, 2);
    long[] wrong = {1, 3, 5, 6};
    assertFalse(memory.compareExchange128(ha, wrong));
    assertArrayEquals(new long[] {1, 2, 5, 6}, wrong);
    assertFalse(Atomics.unlocked128(ha, new long[] {0, 2, 5, 6}));
    long[] right = {1, 2, 5, 6};
    assertTrue(memory.compareExchange128(ha, right));
    assertEquals(5, HostMemory.getLong(ha));
    assertEquals(6, HostMemory.getLong(ha + 8));
    assertTrue(Atomics.unlocked128(ha, new long[] {5, 6, 7, 8}));
    assertEquals(8, HostMemory.getLong(ha + 8));
  }

  private void fill(Random random) {
    random.nextBytes(bytes);
    HostMemory.copyIn(bytes, 0, ha, bytes.length);
  }

  private byte[] all() {
    byte[] copy = new byte[bytes.length];
    HostMemory.copyOut(ha, copy, 0, copy.length);
    return Arrays.copyOf(copy, copy.length);
  }

  private long plain(int offset, int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (bytes[offset + i] & 0xFFL) << 8 * i;
    }
    return value;
  }
}
