package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.trap.Stacks;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** CLI, STI, CLAC, STAC, PUSHF, POPF (Intel SDM vol. 2; vol. 1, 3.4.3.3). */
final class FlagInstructions {
  private static final int ARITHMETIC =
      CpuState.CF | CpuState.PF | CpuState.AF | CpuState.ZF | CpuState.SF | CpuState.OF;

  private FlagInstructions() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.CLI, FlagInstructions::cli);
    table.put(Mnemonic.STI, FlagInstructions::sti);
    table.put(Mnemonic.CLAC, (cpu, in) -> ac(cpu, false));
    table.put(Mnemonic.STAC, (cpu, in) -> ac(cpu, true));
    table.put(Mnemonic.PUSHF, FlagInstructions::pushf);
    table.put(Mnemonic.POPF, FlagInstructions::popf);
  }

  private static void ioPrivilege(Processor cpu) {
    CpuState s = cpu.s;
    if (s.protectedMode() && s.cpl > Checks.iopl(s)) {
      throw Checks.gp(cpu);
    }
  }

  private static void cli(Processor cpu, Instruction in) {
    if (Virtual8086.virtualInterrupts(cpu.s)) {
      cpu.s.flags.system(cpu.s.flags.system() & ~CpuState.VIF);
      return;
    }
    ioPrivilege(cpu);
    cpu.s.flags.system(cpu.s.flags.system() & ~CpuState.IF);
  }

  private static void sti(Processor cpu, Instruction in) {
    CpuState s = cpu.s;
    if (Virtual8086.virtualInterrupts(s)) {
      if ((s.flags.system() & CpuState.VIP) != 0) {
        throw Checks.gp(cpu);
      }
      s.flags.system(s.flags.system() | CpuState.VIF);
      return;
    }
    ioPrivilege(cpu);
    if ((s.flags.system() & CpuState.IF) == 0) {
      s.flags.system(s.flags.system() | CpuState.IF);
      s.interruptShadow = true;
      cpu.leaveBlock = true;
    }
  }

  private static void ac(Processor cpu, boolean set) {
    CpuState s = cpu.s;
    if (s.cpl > 0) {
      throw Checks.ud(cpu);
    }
    int flags = s.flags.system();
    s.flags.system(set ? flags | CpuState.AC : flags & ~CpuState.AC);
    cpu.mmu.modeChanged();
  }

  /** The image shows VM and RF as 0. */
  private static void pushf(Processor cpu, Instruction in) {
    int bytes = in.operandBits() / 8;
    long image = cpu.s.flags.rflags() & ~(CpuState.VM | CpuState.RF) & 0xFFFF_FFFFL;
    if (Virtual8086.restricted(cpu.s)) {
      Virtual8086.needVme(cpu, bytes);
      image = Virtual8086.image(cpu.s);
    }
    Operands.store(cpu, Stacks.push(cpu, bytes, 0), bytes, image);
    Stacks.pointer(cpu.s, cpu.r[4] - bytes);
  }

  private static void popf(Processor cpu, Instruction in) {
    int bytes = in.operandBits() / 8;
    CpuState s = cpu.s;
    boolean restricted = Virtual8086.restricted(s);
    if (restricted) {
      Virtual8086.needVme(cpu, bytes);
    }
    int image = (int) Stacks.read(cpu, Stacks.peek(cpu, 0, bytes), bytes);
    int writable = ARITHMETIC | CpuState.TF | CpuState.DF | CpuState.NT | privileged(s);
    if (restricted) {
      image = Virtual8086.popped(cpu, image);
      writable |= CpuState.VIF;
    }
    Stacks.pointer(s, cpu.r[4] + bytes);
    if (bytes > 2) {
      // Virtual-8086 mode leaves VIF and VIP, the others clear them.
      writable |= CpuState.AC | CpuState.ID | (s.virtual8086() ? 0 : CpuState.VIF | CpuState.VIP);
      image &= ~(CpuState.VIF | CpuState.VIP);
    }
    load(cpu, image, writable);
  }

  /** IF and IOPL as far as the current level may change them. */
  static int privileged(CpuState s) {
    // In virtual-8086 mode CPL is 3: IOPL stays, IF is IOPL's.
    int cpl = s.protectedMode() ? s.cpl : 0;
    return (cpl == 0 ? CpuState.IOPL : 0) | (cpl <= Checks.iopl(s) ? CpuState.IF : 0);
  }

  /** Replaces the {@code writable} bits of RFLAGS, RF too if it is one of them, else clears RF. */
  static void load(Processor cpu, int image, int writable) {
    CpuState s = cpu.s;
    int before = s.flags.rflags();
    int after = before & ~(writable | CpuState.RF) | image & writable;
    s.flags.rflags(after);
    if (((before ^ after) & CpuState.AC) != 0) {
      cpu.mmu.modeChanged();
    }
    if (((before ^ after) & (CpuState.IF | CpuState.TF)) != 0) {
      cpu.leaveBlock = true;
    }
  }
}
