package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.trap.Descriptor;
import io.tlbscope.core.trap.DescriptorTables;
import io.tlbscope.core.trap.Segments;
import io.tlbscope.core.trap.Stacks;
import io.tlbscope.core.trap.TaskSwitch;
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

  /** And at CPL 0 when it goes to virtual-8086 mode. */
  private static final int VIRTUAL_8086 =
      ALWAYS
          | CpuState.IF
          | CpuState.IOPL
          | CpuState.RF
          | CpuState.VM
          | CpuState.AC
          | CpuState.VIF
          | CpuState.VIP
          | CpuState.ID;

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
    if (!s.protectedMode() || s.virtual8086()) {
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
    boolean vm = s.virtual8086();
    boolean restricted = Virtual8086.restricted(s);
    if (restricted) {
      Virtual8086.needVme(cpu, bytes);
    }
    if (s.protectedMode() && !vm && (s.flags.system() & CpuState.NT) != 0) {
      if (s.longModeActive()) {
        throw Checks.gp(cpu);
      }
      long from = s.rip;
      TaskSwitch.back(cpu, cpu.nextRip);
      cpu.nextRip = s.rip;
      InterruptHooks.returned(cpu, from, fromCpl);
      return;
    }
    long rip = pop(cpu, 0, bytes, 0);
    int cs = (int) pop(cpu, 1, bytes, 0) & 0xFFFF;
    int image = (int) pop(cpu, 2, bytes, 0);
    if (s.protectedMode() && !vm) {
      protectedMode(cpu, in, rip, cs, image);
    } else {
      int flags = restricted ? Virtual8086.popped(cpu, image) : image;
      real(cpu, cs, rip, 3 * bytes);
      loadFlags(cpu, flags, bytes, vm ? 3 : 0);
      if (restricted) {
        FlagInstructions.load(cpu, flags, CpuState.VIF);
      }
    }
    long from = s.rip;
    s.rip = cpu.nextRip;
    InterruptHooks.returned(cpu, from, fromCpl);
  }

  private static void protectedMode(Processor cpu, Instruction in, long rip, int cs, int image) {
    CpuState s = cpu.s;
    int bytes = in.operandBits() / 8;
    if (bytes >= 4 && (image & CpuState.VM) != 0 && s.cpl == 0 && !s.longModeActive()) {
      toVirtual8086(cpu, rip, cs, image);
      return;
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

  /** Nine doublewords: EIP, CS, EFLAGS, ESP, SS, ES, DS, FS, GS (Intel SDM vol. 3B, 20.2.5). */
  private static void toVirtual8086(Processor cpu, long rip, int cs, int image) {
    CpuState s = cpu.s;
    long rsp = pop(cpu, 3, 4, 0);
    int[] selectors = new int[6];
    selectors[Segment.CS] = cs;
    selectors[Segment.SS] = (int) pop(cpu, 4, 4, 0);
    selectors[Segment.ES] = (int) pop(cpu, 5, 4, 0);
    selectors[Segment.DS] = (int) pop(cpu, 6, 4, 0);
    selectors[Segment.FS] = (int) pop(cpu, 7, 4, 0);
    selectors[Segment.GS] = (int) pop(cpu, 8, 4, 0);
    if (rip > 0xFFFF) {
      throw Checks.gp(cpu);
    }
    FlagInstructions.load(cpu, image, VIRTUAL_8086);
    for (int i = 0; i < selectors.length; i++) {
      Segments.loadVirtual8086(s, i, selectors[i]);
    }
    s.r[4] = rsp;
    Segments.privilege(cpu, 3);
    cpu.nextRip = rip;
  }

  private static void loadFlags(Processor cpu, int image, int bytes, int cpl) {
    int writable = ALWAYS | FlagInstructions.privileged(cpu.s);
    if (bytes > 2) {
      writable |= CpuState.RF | CpuState.AC | CpuState.ID;
      writable |= cpl == 0 ? CpuState.VIF | CpuState.VIP : 0;
    }
    FlagInstructions.load(cpu, image, writable);
  }
}
