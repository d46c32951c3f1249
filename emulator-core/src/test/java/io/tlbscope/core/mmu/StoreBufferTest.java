package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Forwarding, order and bounds of the ring, without memory. */
class StoreBufferTest {
  private final StoreBuffer buffer = new StoreBuffer();

  private void add(long pa, int bytes, long value) {
    buffer.add(pa, bytes, value, pa, 0, 0);
  }

  @Test
  void aLoadTakesEachByteFromTheNewestStoreThatHasIt() {
    add(0x1000, 8, 0x1111_1111_1111_1111L);
    add(0x1002, 2, 0x2222);
    add(0x1003, 1, 0x33);
    assertEquals(0x1111_1111_3322_1111L, buffer.forward(0x1000, 8, 0));
    assertEquals(0x3322, buffer.forward(0x1002, 2, 0));
    assertEquals(0x33, buffer.forward(0x1003, 1, 0));
  }

  @Test
  void bytesThatNoStoreHasComeFromMemory() {
    add(0x1002, 2, 0x2222);
    assertEquals(0x7766_5544_2222_1100L, buffer.forward(0x1000, 8, 0x7766_5544_3322_1100L));
    assertEquals(0xBB22, buffer.forward(0x1003, 2, 0xBBAA));
    assertEquals(0x22AA, buffer.forward(0x1001, 2, 0xBBAA));
    assertEquals(0xDDCC_BBAAL, buffer.forward(0x1004, 4, 0xDDCC_BBAAL));
  }

  @Test
  void storesLeaveInTheOrderInWhichTheyCame() {
    for (int i = 0; i < 3 * StoreBuffer.CAPACITY; i++) {
      buffer.add(8L * i, 8, i, 0x100 + i, 0x200 + i, i);
      if (i % 3 == 2) {
        assertEquals(8L * (i / 3), buffer.pa());
        assertEquals(8, buffer.bytes());
        assertEquals(i / 3, buffer.value());
        assertEquals(0x100 + i / 3, buffer.va());
        assertEquals(0x200 + i / 3, buffer.rip());
        assertEquals(i / 3, buffer.due());
        buffer.remove();
      }
      if (buffer.full()) {
        return;
      }
    }
  }

  @Test
  void itHoldsItsCapacityAndNoStoreIsDueBeforeAnOlderOne() {
    for (int i = 0; i < StoreBuffer.CAPACITY; i++) {
      assertFalse(buffer.full());
      buffer.add(i, 1, i, i, 0, i == 0 ? 500 : 1000 - i);
    }
    assertTrue(buffer.full());
    long before = 0;
    while (buffer.count() > 0) {
      assertTrue(buffer.due() >= before, buffer.due() + " after " + before);
      before = buffer.due();
      buffer.remove();
    }
    assertEquals(999, before);
    assertEquals(StoreBuffer.NEVER, buffer.due());
  }

  @Test
  void itTellsWhichBytesItHolds() {
    add(0x1FFC, 4, 0);
    assertTrue(buffer.holds(0x1FFF, 1));
    assertTrue(buffer.holds(0x1000, 4096));
    assertFalse(buffer.holds(0x2000, 4096));
    assertFalse(buffer.holds(0x1FF8, 4));
  }

  private record Store(int at, int bytes, long value) {
    void put(byte[] memory) {
      for (int i = 0; i < bytes; i++) {
        memory[at + i] = (byte) (value >>> 8 * i);
      }
    }
  }

  private static long get(byte[] memory, int at, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (memory[at + i] & 0xFFL) << 8 * i;
    }
    return value;
  }

  /** Against a memory with all the waiting stores made. */
  @Test
  void randomStoresAndLoadsOfEveryLengthAndOverlap() {
    Random random = new Random(1);
    byte[] memory = new byte[64];
    Deque<Store> waiting = new ArrayDeque<>();
    for (int i = 0; i < 200_000; i++) {
      int bytes = 1 + random.nextInt(8);
      int at = random.nextInt(memory.length - bytes);
      switch (random.nextInt(3)) {
        case 0 -> {
          if (!buffer.full()) {
            long value = random.nextLong();
            add(at, bytes, value);
            waiting.add(new Store(at, bytes, value));
          }
        }
        case 1 -> {
          if (!waiting.isEmpty()) {
            new Store((int) buffer.pa(), buffer.bytes(), buffer.value()).put(memory);
            buffer.remove();
            waiting.remove();
          }
        }
        default -> {
          byte[] seen = memory.clone();
          waiting.forEach(store -> store.put(seen));
          assertEquals(get(seen, at, bytes), buffer.forward(at, bytes, get(memory, at, bytes)));
        }
      }
    }
  }
}
