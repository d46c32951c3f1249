package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/** Loads of segment registers that need no check any more. */
public final class Segments {
  private Segments() {}

  /**
   * Real-address mode: base = selector &lt;&lt; 4; limit and attributes stay as they are (Intel SDM
   * vol. 3B, 20.1.1).
   */
  public static void loadReal(CpuState s, int segment, int selector) {
    Segment target = s.segments[segment];
    target.selector = selector & 0xFFFF;
    target.base = (long) target.selector << 4;
    s.refreshSegmentBases();
  }

  /** Virtual-8086 mode: a 64 KiB segment of level 3 (Intel SDM vol. 3B, 20.2.1). */
  public static void loadVirtual8086(CpuState s, int segment, int selector) {
    Segment target = s.segments[segment];
    target.limit = 0xFFFF;
    target.attributes = 0xF3;
    loadReal(s, segment, selector);
  }

  /** A null selector: unusable outside 64-bit mode. The base of FS and GS becomes 0. */
  public static void loadNull(CpuState s, int segment, int selector) {
    Segment target = s.segments[segment];
    target.selector = selector & 0xFFFF;
    target.base = 0;
    target.limit = 0;
    target.attributes = 0;
    s.refreshSegmentBases();
  }

  /** Sets CPL and tells the memory view when that changes what it allows. */
  public static void privilege(Processor cpu, int cpl) {
    if (cpu.s.cpl != cpl) {
      cpu.s.cpl = cpl;
      cpu.mmu.modeChanged();
    }
  }
}
