package io.tlbscope.core.gdb;

import io.tlbscope.core.cpu.Breakpoints;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where a debugger wants the machine to stop: instructions by linear address, and ranges of linear
 * addresses that are written or read. Nothing is written into the guest.
 */
final class StopPoints {
  /** Types of packets Z and z. */
  static final int SOFTWARE = 0, HARDWARE = 1, WRITE = 2, READ = 3, ACCESS = 4;

  private record Range(int type, long start, long length) {}

  private final Processor[] cpus;
  private final Set<Long> instructions = new HashSet<>();
  private final List<Range> ranges = new ArrayList<>();

  StopPoints(Processor[] cpus) {
    this.cpus = cpus;
  }

  boolean none() {
    return instructions.isEmpty() && ranges.isEmpty();
  }

  boolean at(long linear) {
    return instructions.contains(linear);
  }

  /** False if there is no such type, or the range is empty. */
  boolean insert(int type, long address, long length) {
    if (type == SOFTWARE || type == HARDWARE) {
      instructions.add(address);
      return true;
    }
    if (type < WRITE || type > ACCESS || length <= 0) {
      return false;
    }
    ranges.add(new Range(type, address, length));
    watch();
    return true;
  }

  boolean remove(int type, long address, long length) {
    if (type == SOFTWARE || type == HARDWARE) {
      instructions.remove(address);
    } else {
      ranges.remove(new Range(type, address, length));
      watch();
    }
    return true;
  }

  void clear() {
    instructions.clear();
    if (!ranges.isEmpty()) {
      ranges.clear();
      watch();
    }
  }

  /** How gdb calls a stop at a watched address. */
  String kind(long address) {
    for (Range range : ranges) {
      if (address >= range.start && address < range.start + range.length) {
        return range.type == WRITE ? "watch" : range.type == READ ? "rwatch" : "awatch";
      }
    }
    return "watch";
  }

  private void watch() {
    long[] words = new long[3 * ranges.size()];
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      words[3 * i] = range.start;
      words[3 * i + 1] = range.start + range.length;
      words[3 * i + 2] =
          switch (range.type) {
            case WRITE -> Breakpoints.ON_WRITE;
            case READ -> Breakpoints.ON_READ;
            default -> Breakpoints.ON_WRITE | Breakpoints.ON_READ;
          };
    }
    for (Processor cpu : cpus) {
      cpu.s.breakpoints.watch(words);
      cpu.mmu.dropLookAside();
    }
  }
}
