package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.trap.Descriptor;
import io.tlbscope.core.trap.DescriptorTables;
import io.tlbscope.core.trap.Segments;
import io.tlbscope.core.vcpu.Processor;

/**
 * Checks and state changes that far jumps, calls, returns and IRET share (Intel SDM vol. 3A, 5.8).
 */
final class Transfers {
  private Transfers() {}

  /** #GP(0) unless {@code rip} is a valid offset in the code segment. */
  static void checkOffset(Processor cpu, Descriptor code, long rip) {
    boolean good =
        to64(cpu, code) ? cpu.s.canonical(rip) : Long.compareUnsigned(rip, code.limit()) <= 0;
    if (!good) {
      throw Checks.gp(cpu);
    }
  }

  /** The descriptor is of 64-bit code. */
  static boolean to64(Processor cpu, Descriptor code) {
    return cpu.s.longModeActive() && code.longMode();
  }

  /** #GP(selector): L and D must not be set together in IA-32e mode. */
  static void checkWidth(Processor cpu, Descriptor code) {
    if (to64(cpu, code) && code.big()) {
      throw cpu.fault.with(GuestFault.GP, code.selector() & 0xFFFC);
    }
  }

  /** Checks the code segment of a RET or IRET. */
  static Descriptor returnCode(Processor cpu, int selector) {
    if ((selector & 0xFFFC) == 0) {
      throw Checks.gp(cpu);
    }
    Descriptor code = DescriptorTables.read(cpu, selector, GuestFault.GP, 0);
    int rpl = selector & 3;
    boolean level = code.conforming() ? code.dpl() <= rpl : code.dpl() == rpl;
    if (!code.code() || rpl < cpu.s.cpl || !level) {
      throw cpu.fault.with(GuestFault.GP, selector & 0xFFFC);
    }
    checkWidth(cpu, code);
    if (!code.present()) {
      throw cpu.fault.with(GuestFault.NP, selector & 0xFFFC);
    }
    return code;
  }

  /**
   * Checks the stack segment of a return to {@code level}; null where a null selector is allowed.
   */
  static Descriptor returnStack(Processor cpu, int selector, int level, boolean to64) {
    if ((selector & 0xFFFC) == 0) {
      if (!to64 || level == 3 || (selector & 3) != level) {
        throw Checks.gp(cpu);
      }
      return null;
    }
    Descriptor stack = DescriptorTables.read(cpu, selector, GuestFault.GP, 0);
    if ((selector & 3) != level || !stack.writableData() || stack.dpl() != level) {
      throw cpu.fault.with(GuestFault.GP, selector & 0xFFFC);
    }
    if (!stack.present()) {
      throw cpu.fault.with(GuestFault.SS, selector & 0xFFFC);
    }
    return stack;
  }

  /** Loads CS, with {@code level} as its RPL. CPL itself follows by {@link #level}. */
  static void loadCode(CpuState s, Descriptor code, int level) {
    code.into(s, Segment.CS, code.selector() & ~3 | level);
  }

  static void loadStack(CpuState s, Descriptor stack, int selector) {
    if (stack == null) {
      Segments.loadNull(s, Segment.SS, selector);
    } else {
      stack.into(s, Segment.SS, selector);
    }
  }

  /**
   * Sets CPL; to an outer level, data segments that it may not see become null (Intel SDM vol. 2,
   * RET).
   */
  static void level(Processor cpu, int level) {
    CpuState s = cpu.s;
    if (level > s.cpl) {
      for (int i = 0; i < s.segments.length; i++) {
        Segment segment = s.segments[i];
        boolean conforming = (segment.attributes & 0x1C) == 0x1C;
        if (i != Segment.CS
            && i != Segment.SS
            && !segment.isNull()
            && !conforming
            && segment.dpl() < level) {
          segment.selector = 0;
          segment.attributes = 0;
        }
      }
    }
    Segments.privilege(cpu, level);
    s.refreshSegmentBases();
  }
}
