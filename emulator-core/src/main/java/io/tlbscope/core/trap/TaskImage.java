package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/**
 * The registers of a task in its TSS (Intel SDM vol. 3A, 7.2.1 and 7.6). General registers and
 * segments are in the order of their numbers; a 16-bit TSS has neither CR3 nor FS and GS.
 *
 * <pre>
 *            link  CR3  IP  FLAGS  general     segments   LDT  T    last byte
 *   32 bits  00    1C   20  24     28..47      48..5F     60   64   67
 *   16 bits  00    -    0E  10     12..21      22..29     2A   -    2B
 * </pre>
 */
record TaskImage(
    long cr3, long rip, int flags, long[] general, int[] selectors, int ldt, boolean trap) {
  private static final int GENERAL = 8;

  /** Offset of the last byte that a TSS must have. */
  static int last(boolean wide) {
    return wide ? 0x67 : 0x2B;
  }

  /** First byte that {@link #save} writes, and how many it writes. */
  private static int first(boolean wide) {
    return wide ? 0x20 : 0x0E;
  }

  private static int bytes(boolean wide) {
    return wide ? 0x40 : 0x1C;
  }

  private static int segments(boolean wide) {
    return wide ? 6 : 4;
  }

  private static long at(long base, int offset) {
    return base + offset & 0xFFFF_FFFFL;
  }

  static TaskImage load(Processor cpu, long base, boolean wide) {
    int word = wide ? 4 : 2;
    long[] general = new long[GENERAL];
    for (int i = 0; i < GENERAL; i++) {
      general[i] = cpu.mmu.loadSystem(at(base, (wide ? 0x28 : 0x12) + i * word), word);
    }
    int[] selectors = new int[6];
    for (int i = 0; i < segments(wide); i++) {
      selectors[i] = (int) cpu.mmu.loadSystem(at(base, (wide ? 0x48 : 0x22) + i * word), 2);
    }
    return new TaskImage(
        wide ? cpu.mmu.loadSystem(at(base, 0x1C), 4) : 0,
        cpu.mmu.loadSystem(at(base, wide ? 0x20 : 0x0E), word),
        (int) cpu.mmu.loadSystem(at(base, wide ? 0x24 : 0x10), word),
        general,
        selectors,
        (int) cpu.mmu.loadSystem(at(base, wide ? 0x60 : 0x2A), 2),
        wide && (cpu.mmu.loadSystem(at(base, 0x64), 1) & 1) != 0);
  }

  /** Raises what {@link #save} would raise. */
  static void probe(Processor cpu, long base, boolean wide) {
    cpu.mmu.probeSystem(at(base, first(wide)), bytes(wide));
  }

  /** Writes the current registers into the TSS at {@code base}. */
  static void save(Processor cpu, long base, boolean wide, long rip, long flags) {
    CpuState s = cpu.s;
    int word = wide ? 4 : 2;
    cpu.mmu.storeSystem(at(base, wide ? 0x20 : 0x0E), word, rip);
    cpu.mmu.storeSystem(at(base, wide ? 0x24 : 0x10), word, flags);
    for (int i = 0; i < GENERAL; i++) {
      cpu.mmu.storeSystem(at(base, (wide ? 0x28 : 0x12) + i * word), word, s.r[i]);
    }
    for (int i = 0; i < segments(wide); i++) {
      Segment segment = s.segments[i];
      cpu.mmu.storeSystem(at(base, (wide ? 0x48 : 0x22) + i * word), 2, segment.selector);
    }
  }
}
