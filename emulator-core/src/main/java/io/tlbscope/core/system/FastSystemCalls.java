package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.trap.Segments;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * SYSCALL, SYSRET, SYSENTER, SYSEXIT: flat segments without a look at the GDT (Intel SDM vol. 3A,
 * 5.8.7 and 5.8.8).
 */
final class FastSystemCalls {
  /** Attributes: present, S, type, G; code is L (64-bit) or D (32-bit), data is B. DPL is added. */
  private static final int CODE64 = 0xA09B, CODE32 = 0xC09B, DATA = 0xC093;

  private static final int DR6_BS = 1 << 14;
  private static final int SYSRET_FLAGS = 0x3C_7FD7;
  private static final int RCX = 1, RDX = 2, RSP = 4, R11 = 11;

  private FastSystemCalls() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.SYSCALL, FastSystemCalls::syscall);
    table.put(Mnemonic.SYSRET, FastSystemCalls::sysret);
    table.put(Mnemonic.SYSENTER, FastSystemCalls::sysenter);
    table.put(Mnemonic.SYSEXIT, FastSystemCalls::sysexit);
  }

  private static void flat(Processor cpu, int segment, int selector, int attributes, int level) {
    Segment target = cpu.s.segments[segment];
    target.selector = selector & 0xFFFC | level;
    target.base = 0;
    target.limit = 0xFFFF_FFFFL;
    target.attributes = attributes | level << 5;
  }

  private static void go(Processor cpu, int cs, int codeAttributes, int ss, int level, long rip) {
    flat(cpu, Segment.CS, cs, codeAttributes, level);
    flat(cpu, Segment.SS, ss, DATA, level);
    Segments.privilege(cpu, level);
    cpu.s.refreshSegmentBases();
    cpu.nextRip = rip;
    cpu.leaveBlock = true;
  }

  private static void enabled(Processor cpu) {
    Checks.code64(cpu);
    if ((cpu.s.efer & CpuState.EFER_SCE) == 0) {
      throw Checks.ud(cpu);
    }
  }

  private static void syscall(Processor cpu, Instruction in) {
    enabled(cpu);
    CpuState s = cpu.s;
    int flags = s.flags.rflags() & ~CpuState.RF;
    cpu.r[RCX] = cpu.nextRip;
    cpu.r[R11] = flags & 0xFFFF_FFFFL;
    setFlags(cpu, flags & ~(int) s.sfmask);
    if ((flags & ~s.flags.system() & CpuState.TF) != 0) {
      // A step that SFMASK ended raises no trap.
      cpu.delivered++;
    }
    int cs = (int) (s.star >>> 32) & 0xFFFC;
    go(cpu, cs, CODE64, cs + 8, 0, s.lstar);
  }

  private static void sysret(Processor cpu, Instruction in) {
    enabled(cpu);
    Checks.privileged(cpu);
    CpuState s = cpu.s;
    boolean wide = in.operandBits() == 64;
    long rip = wide ? Checks.canonical(cpu, cpu.r[RCX]) : cpu.r[RCX] & 0xFFFF_FFFFL;
    setFlags(cpu, (int) cpu.r[R11] & SYSRET_FLAGS | 2);
    int base = (int) (s.star >>> 48) & 0xFFFF;
    go(cpu, wide ? base + 16 : base, wide ? CODE64 : CODE32, base + 8, 3, rip);
    if ((s.flags.system() & CpuState.TF) != 0) {
      // The step that SYSCALL began ends here.
      s.breakpoints.hits |= DR6_BS;
      cpu.signal();
    }
    returned(cpu);
  }

  private static void sysenter(Processor cpu, Instruction in) {
    CpuState s = cpu.s;
    int cs = (int) s.sysenterCs & 0xFFFC;
    if (!s.protectedMode() || cs == 0) {
      throw Checks.gp(cpu);
    }
    boolean wide = s.longModeActive();
    setFlags(cpu, s.flags.rflags() & ~(CpuState.VM | CpuState.IF | CpuState.RF));
    cpu.r[RSP] = wide ? s.sysenterEsp : s.sysenterEsp & 0xFFFF_FFFFL;
    go(
        cpu,
        cs,
        wide ? CODE64 : CODE32,
        cs + 8,
        0,
        wide ? s.sysenterEip : s.sysenterEip & 0xFFFF_FFFFL);
  }

  private static void sysexit(Processor cpu, Instruction in) {
    CpuState s = cpu.s;
    int base = (int) s.sysenterCs & 0xFFFC;
    if (!s.protectedMode() || s.cpl != 0 || base == 0) {
      throw Checks.gp(cpu);
    }
    boolean wide = in.operandBits() == 64;
    long rsp = wide ? Checks.canonical(cpu, cpu.r[RCX]) : cpu.r[RCX] & 0xFFFF_FFFFL;
    long rip = wide ? Checks.canonical(cpu, cpu.r[RDX]) : cpu.r[RDX] & 0xFFFF_FFFFL;
    cpu.r[RSP] = rsp;
    int cs = base + (wide ? 32 : 16);
    go(cpu, cs, wide ? CODE64 : CODE32, cs + 8, 3, rip);
    returned(cpu);
  }

  private static void setFlags(Processor cpu, int image) {
    int before = cpu.s.flags.system();
    cpu.s.flags.rflags(image);
    if (((before ^ image) & CpuState.AC) != 0) {
      cpu.mmu.modeChanged();
    }
  }

  private static void returned(Processor cpu) {
    long from = cpu.s.rip;
    cpu.s.rip = cpu.nextRip;
    InterruptHooks.returned(cpu, from, 0);
  }
}
