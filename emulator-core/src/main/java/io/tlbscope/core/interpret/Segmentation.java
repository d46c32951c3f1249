package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.ir.LiftMode;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.vcpu.Processor;

/** Segment limits and rights outside 64-bit code (Intel SDM vol. 3A, 5.3 and 5.5). */
final class Segmentation {
  private static final long ALL = 0xFFFF_FFFFL;

  private Segmentation() {}

  /** What the current segments make of a block. */
  static LiftMode mode(CpuState s) {
    if (s.code64()) {
      return (s.cr4 & CpuState.CR4_LA57) != 0 ? LiftMode.LONG57 : LiftMode.LONG;
    }
    boolean vm86 = s.virtual8086();
    boolean big = !vm86 && s.segments[Segment.CS].big();
    boolean bigStack = !vm86 && s.segments[Segment.SS].big();
    return MODES[big ? 1 : 0][bigStack ? 1 : 0][flat(s) ? 1 : 0];
  }

  private static final LiftMode[][][] MODES = new LiftMode[2][2][2];

  static {
    for (int i = 0; i < 8; i++) {
      MODES[i >> 2][i >> 1 & 1][i & 1] =
          new LiftMode(
              (i & 4) != 0 ? CodeMode.BITS32 : CodeMode.BITS16,
              (i & 2) != 0 ? 32 : 16,
              (i & 1) != 0,
              32);
    }
  }

  /**
   * No access through CS, SS, DS or ES can violate a limit or right; FS and GS are looked at too
   * when they are loaded.
   */
  private static boolean flat(CpuState s) {
    if (!s.protectedMode() || s.virtual8086()) {
      return false;
    }
    for (Segment g : s.segments) {
      // Type: writable data, expand-up, or for CS readable code.
      boolean data = (g.attributes & 0x9E) == 0x92;
      boolean code = g == s.segments[Segment.CS] && (g.attributes & 0x9A) == 0x9A;
      if (!(data || code) || g.limit != ALL || g.isNull()) {
        return false;
      }
    }
    return true;
  }

  static void check(Processor cpu, int segment, long offset, int bytes, boolean write) {
    CpuState s = cpu.s;
    Segment g = s.segments[segment];
    if (!within(g, offset, bytes)
        || s.protectedMode() && !s.virtual8086() && !permits(g, segment, write)) {
      throw cpu.fault.with(segment == Segment.SS ? GuestFault.SS : GuestFault.GP, 0);
    }
  }

  private static boolean permits(Segment g, int segment, boolean write) {
    if (!g.present() || segment != Segment.CS && g.isNull()) {
      return false;
    }
    boolean code = (g.attributes & 8) != 0;
    boolean bit1 = (g.attributes & 2) != 0;
    return write ? !code && bit1 : !code || bit1;
  }

  private static boolean within(Segment g, long offset, int bytes) {
    long last = offset + bytes - 1;
    if ((g.attributes & 0xC) == 4) {
      return offset > g.limit && last <= (g.big() ? ALL : 0xFFFF);
    }
    return last <= g.limit;
  }
}
