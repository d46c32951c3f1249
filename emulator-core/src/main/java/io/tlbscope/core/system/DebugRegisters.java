package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;

/** MOV to and from DR0..DR7 (Intel SDM vol. 3B, 17.2). */
final class DebugRegisters {
  private static final long DR6_ONES = 0xFFFF_0FF0L, DR6_WRITABLE = 0xE00F, DR6_BD = 1 << 13;
  private static final long DR7_ONES = 0x400, DR7_WRITABLE = 0xFFFF_23FFL, DR7_GD = 1 << 13;

  private DebugRegisters() {}

  static void read(Processor cpu, Instruction in) {
    Operands.write(cpu, in, 0, cpu.s.dr[number(cpu, in, 1)]);
  }

  static void write(Processor cpu, Instruction in) {
    int n = number(cpu, in, 0);
    long value = Operands.read(cpu, in, 1);
    if (n >= 6 && value >>> 32 != 0) {
      throw Checks.gp(cpu);
    }
    CpuState s = cpu.s;
    s.dr[n] =
        switch (n) {
          case 6 -> value & DR6_WRITABLE | DR6_ONES;
          case 7 -> value & DR7_WRITABLE | DR7_ONES;
          default -> value;
        };
    boolean before = s.breakpoints.armed;
    s.breakpoints.refresh(s.dr);
    if (before || s.breakpoints.armed) {
      cpu.mmu.dropLookAside();
    }
  }

  /** Checks in the manual's order; DR4 and DR5 are other names of DR6 and DR7 unless CR4.DE. */
  private static int number(Processor cpu, Instruction in, int operand) {
    CpuState s = cpu.s;
    int n = ((Operand.Register) in.operand(operand)).number();
    boolean alias = n == 4 || n == 5;
    if (alias && (s.cr4 & CpuState.CR4_DE) != 0) {
      throw Checks.ud(cpu);
    }
    Checks.privileged(cpu);
    if ((s.dr[7] & DR7_GD) != 0) {
      s.dr[6] |= DR6_BD;
      // The one debug exception here that is a fault and shows RF.
      s.flags.system(s.flags.system() | CpuState.RF);
      throw cpu.fault.with(GuestFault.DB);
    }
    return alias ? n + 2 : n;
  }
}
