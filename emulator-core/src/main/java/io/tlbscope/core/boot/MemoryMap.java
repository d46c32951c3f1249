package io.tlbscope.core.boot;

import io.tlbscope.core.device.MemoryRange;
import io.tlbscope.core.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;

/** What firmware says about memory (ACPI specification, 15). */
public final class MemoryMap {
  private static final int RAM = 1, RESERVED = 2;

  private MemoryMap() {}

  /** First pa behind the RAM below the hole at 3 GiB. */
  static long lowEnd(PhysicalMemory memory) {
    return Math.min(memory.ramBytes(), PhysicalMemory.HOLE_START);
  }

  /** Ranges in ascending order; the page of BIOS data and the tables below 1 MiB are not free. */
  public static List<MemoryRange> of(PhysicalMemory memory) {
    List<MemoryRange> ranges = new ArrayList<>();
    long lowEnd = lowEnd(memory);
    ranges.add(new MemoryRange(0, Placement.LOW_END, RAM));
    ranges.add(new MemoryRange(Placement.LOW_END, 0xA0000 - Placement.LOW_END, RESERVED));
    ranges.add(new MemoryRange(Placement.ACPI, Placement.HIGH - Placement.ACPI, RESERVED));
    if (lowEnd > Placement.HIGH) {
      ranges.add(new MemoryRange(Placement.HIGH, lowEnd - Placement.HIGH, RAM));
    }
    if (memory.ramBytes() > lowEnd) {
      ranges.add(new MemoryRange(PhysicalMemory.HOLE_END, memory.ramBytes() - lowEnd, RAM));
    }
    return ranges;
  }
}
