package io.tlbscope.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.EmulatorError;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhysicalMemoryTest {
  @ParameterizedTest
  @CsvSource({
    "0, memory-size",
    "-4096, memory-size",
    "1044480, memory-size",
    "1048577, memory-size",
    "9223372036854771712, memory-size",
    "35184372088832, host-memory"
  })
  void sizesNoMachineOrHostHasAreRefused(long bytes, String name) {
    assertEquals(name, assertThrows(EmulatorError.class, () -> new PhysicalMemory(bytes)).name());
  }

  @Test
  void ramAboveThreeGibibytesLiesAboveTheHole() {
    try (PhysicalMemory memory = new PhysicalMemory((3L << 30) + (1 << 20))) {
      assertTrue(memory.isRam((3L << 30) - 1));
      assertFalse(memory.isRam(3L << 30) || memory.isRam((4L << 30) - 1));
      assertTrue(memory.isRam(4L << 30));
      assertTrue(memory.isRam((4L << 30) + (1 << 20) - 1));
      assertFalse(memory.isRam((4L << 30) + (1 << 20)));
      memory.write(4L << 30, 8, 77);
      assertEquals(77, memory.read(4L << 30, 8));
      assertEquals(0, memory.read((3L << 30) - 8, 8));
    }
  }

  @Test
  void outsideRamReadsGiveZeroWritesNothingAndCopiesAreRefused() {
    try (PhysicalMemory memory = new PhysicalMemory(1 << 20)) {
      memory.write(1 << 20, 4, 5);
      assertEquals(0, memory.read(1 << 20, 4));
      assertEquals(0, memory.read(-8, 8));
      assertThrows(
          IllegalArgumentException.class, () -> memory.write((1 << 20) - 2, new byte[4], 0, 4));
      assertThrows(IllegalArgumentException.class, () -> memory.watch(1 << 20, true, true));
    }
  }

  @Test
  void aStoreToACodePageTellsTheWatcherOnce() {
    try (PhysicalMemory memory = new PhysicalMemory(1 << 20)) {
      List<Long> told = new ArrayList<>();
      memory.codeWatcher(told::add);
      memory.markCode(0x3000);
      memory.write(0x2FFE, new byte[4], 0, 4);
      memory.write(0x3000, 8, 1);
      assertEquals(List.of(0x3000L), told);
      memory.markCode(0x3000);
      memory.write(0x3FFF, 1, 1);
      assertEquals(2, told.size());
    }
  }

  @Test
  void watchesAreCounted() {
    try (PhysicalMemory memory = new PhysicalMemory(1 << 20)) {
      memory.watch(0x1000, true, false);
      memory.watch(0x1FFF, true, true);
      memory.unwatch(0x1000, true, false);
      assertEquals(PhysicalMemory.WATCH_LOADS | PhysicalMemory.WATCH_STORES, memory.flags(0x1800));
      memory.unwatch(0x1000, true, true);
      assertEquals(0, memory.flags(0x1800));
      assertThrows(IllegalStateException.class, () -> memory.unwatch(0x1000, true, false));
    }
  }
}
