package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.trap.Descriptor;
import io.tlbscope.core.trap.DescriptorTables;
import io.tlbscope.core.trap.Segments;
import io.tlbscope.core.trap.Stacks;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * Far RET and IRET to the same and to outer levels (Intel SDM vol. 2, RET and IRET; vol. 3A, 6.12
 * and 6.14.3).
 */
final class FarReturns {
  /** Flags that IRET loads at any level. */
  private static final int ALWAYS =
      CpuState.CF
          | CpuState.PF
          | CpuState.AF
          | CpuState.ZF
          | CpuState.SF
          | CpuState.TF
          | CpuState.DF
          | CpuState.OF
          | CpuState.NT;

  private FarReturns() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.RET_FAR, FarReturns::ret);
    table.put(Mnemonic.IRET, FarReturns::iret);
  }

  private static long pop(Processor cpu, int slot, int bytes, int plus) {
    return Stacks.read(cpu, Stacks.peek(cpu, slot * bytes + plus, bytes), bytes);
  }

  private static void ret(Processor cpu, Instruction in) {
    CpuState s = cpu.s;
    int bytes = in.operandBits() / 8;
    int release = in.operands().isEmpty() ? 0 : (int) Operands.read(cpu, in, 0) & 0xFFFF;
    long rip = pop(cpu, 0, bytes, 0);
    int cs = (int) pop(cpu, 1, bytes, 0) & 0xFFFF;
    if (!s.protectedMode()) {
      real(cpu, cs, rip, 2 * bytes + release);
      return;
    }
    Descriptor code = Transfers.returnCode(cpu, cs);
    int level = cs & 3;
    if (level > s.cpl) {
      long rsp = pop(cpu, 2, bytes, release);
      int ss = (int) pop(cpu, 3, bytes, release) & 0xFFFF;
      Descriptor stack = Transfers.returnStack(cpu, ss, level, Transfers.to64(cpu, code));
      Transfers.checkOffset(cpu, code, rip);
      accessed(cpu, code, stack);
      outer(cpu, code, stack, ss, rsp + release);
    } else {
      Transfers.checkOffset(cpu, code, rip);
      accessed(cpu, code, null);
      Stacks.pointer(s, s.r[4] + 2L * bytes + release);
      Transfers.loadCode(s, code, level);
      s.refreshSegmentBases();
    }
    cpu.nextRip = rip;
  }

  private static void real(Processor cpu, int cs, long rip, int bytes) {
    CpuState s = cpu.s;
    if (rip > s.segments[Segment.CS].limit) {
      throw Checks.gp(cpu);
    }
    Segments.loadReal(s, Segment.CS, cs);
    Stacks.pointer(s, s.r[4] + bytes);
    cpu.nextRip = rip;
  }

  private static void accessed(Processor cpu, Descriptor code, Descriptor stack) {
    DescriptorTables.setAccessed(cpu, code);
    if (stack != null) {
      DescriptorTables.setAccessed(cpu, stack);
    }
  }

  /** Loads CS, SS, RSP and CPL; everything was checked. */
  private static void outer(Processor cpu, Descriptor code, Descriptor stack, int ss, long rsp) {
    CpuState s = cpu.s;
    int level = code.selector() & 3;
    Transfers.loadCode(s, code, level);
    Transfers.loadStack(s, stack, ss);
    Stacks.pointer(s, rsp);
    Transfers.level(cpu, level);
  }

  private static void iret(Processor cpu, Instruction in) {
    CpuState s = cpu.s;
    int fromCpl = s.cpl;
    int bytes = in.operandBits() / 8;
    // Even an IRET that faults ends the blocking of NMIs (Intel SDM vol. 3A, 6.7.1).
    cpu.nmiBlocked = false;
    cpu.leaveBlock = true;
    if (s.protectedMode() && (s.flags.system() & CpuState.NT) != 0) {
      if (s.longModeActive()) {
        throw Checks.gp(cpu);
      }
      throw new EmulatorError(
          "task-return", "IRET with RFLAGS.NT set: hardware task switches are not modelled");
    }
    long rip = pop(cpu, 0, bytes, 0);
    int cs = (int) pop(cpu, 1, bytes, 0) & 0xFFFF;
    int image = (int) pop(cpu, 2, bytes, 0);
    if (s.protectedMode()) {
      protectedMode(cpu, in, rip, cs, image);
    } else {
      real(cpu, cs, rip, 3 * bytes);
      loadFlags(cpu, image, bytes, 0);
    }
    long from = s.rip;
    s.rip = cpu.nextRip;
    InterruptHooks.returned(cpu, from, fromCpl);
  }

  private static void protectedMode(Processor cpu, Instruction in, long rip, int cs, int image) {
    CpuState s = cpu.s;
    int bytes = in.operandBits() / 8;
    if (bytes >= 4 && (image & CpuState.VM) != 0 && s.cpl == 0 && !s.longModeActive()) {
      throw new EmulatorError("virtual-8086-mode", "IRET to virtual-8086 mode: not modelled");
    }
    Descriptor code = Transfers.returnCode(cpu, cs);
    int level = cs & 3;
    int fromCpl = s.cpl;
    // 64-bit IRET always pops the stack pointer (Intel SDM vol. 3A, 6.14.3).
    if (level > fromCpl || Checks.is64(in)) {
      long rsp = pop(cpu, 3, bytes, 0);
      int ss = (int) pop(cpu, 4, bytes, 0) & 0xFFFF;
      Descriptor stack = Transfers.returnStack(cpu, ss, level, Transfers.to64(cpu, code));
      Transfers.checkOffset(cpu, code, rip);
      accessed(cpu, code, stack);
      loadFlags(cpu, image, bytes, fromCpl);
      outer(cpu, code, stack, ss, rsp);
    } else {
      Transfers.checkOffset(cpu, code, rip);
      accessed(cpu, code, null);
      Stacks.pointer(s, s.r[4] + 3L * bytes);
      loadFlags(cpu, image, bytes, fromCpl);
      Transfers.loadCode(s, code, level);
      s.refreshSegmentBases();
    }
    cpu.nextRip = rip;
  }

  /** RF is not kept: without hardware breakpoints nothing could see it. */
  private static void loadFlags(Processor cpu, int image, int bytes, int cpl) {
    int writable = ALWAYS | FlagInstructions.privileged(cpu.s);
    if (bytes > 2) {
      writable |= CpuState.AC | CpuState.ID | (cpl == 0 ? CpuState.VIF | CpuState.VIP : 0);
    }
    FlagInstructions.load(cpu, image, writable);
  }
}
