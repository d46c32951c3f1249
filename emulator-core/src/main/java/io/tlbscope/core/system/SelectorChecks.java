package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.trap.Descriptor;
import io.tlbscope.core.trap.DescriptorTables;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** LAR, LSL, VERR, VERW, ARPL: they answer in ZF instead of faulting (Intel SDM vol. 3A, 5.10). */
final class SelectorChecks {
  /**
   * Types that LAR and LSL accept, as bit sets; call and task gates have no limit and long mode
   * knows fewer.
   */
  private static final int
      LAR_LEGACY = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 9 | 1 << 11 | 1 << 12,
      LAR_LONG = 1 << 2 | 1 << 9 | 1 << 11 | 1 << 12,
      LSL_LEGACY = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 9 | 1 << 11,
      LSL_LONG = 1 << 2 | 1 << 9 | 1 << 11;

  private SelectorChecks() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.LAR, SelectorChecks::lar);
    table.put(Mnemonic.LSL, SelectorChecks::lsl);
    table.put(Mnemonic.VERR, (cpu, in) -> verify(cpu, in, false));
    table.put(Mnemonic.VERW, (cpu, in) -> verify(cpu, in, true));
    table.put(Mnemonic.ARPL, SelectorChecks::arpl);
  }

  private static void lar(Processor cpu, Instruction in) {
    Descriptor d =
        visible(cpu, selector(cpu, in, 1), cpu.s.longModeActive() ? LAR_LONG : LAR_LEGACY);
    if (d != null) {
      long rights = d.low() >>> 32 & 0x00FF_FF00L;
      Operands.write(cpu, in, 0, in.operandBits() == 16 ? rights & 0xFF00 : rights);
    }
    zero(cpu, d != null);
  }

  private static void lsl(Processor cpu, Instruction in) {
    Descriptor d =
        visible(cpu, selector(cpu, in, 1), cpu.s.longModeActive() ? LSL_LONG : LSL_LEGACY);
    if (d != null) {
      Operands.write(cpu, in, 0, d.limit());
    }
    zero(cpu, d != null);
  }

  private static void verify(Processor cpu, Instruction in, boolean write) {
    Descriptor d = visible(cpu, selector(cpu, in, 0), 0);
    zero(cpu, d != null && (write ? d.writableData() : d.readable()));
  }

  private static int selector(Processor cpu, Instruction in, int operand) {
    Checks.protectedMode(cpu);
    return (int) Operands.read(cpu, in, operand) & 0xFFFF;
  }

  /** The descriptor if the selector names one that CPL and RPL may see, else null. */
  private static Descriptor visible(Processor cpu, int selector, int systemTypes) {
    CpuState s = cpu.s;
    if ((selector & 0xFFFC) == 0 || !DescriptorTables.inTable(s, selector)) {
      return null;
    }
    Descriptor d = DescriptorTables.read(cpu, selector, GuestFault.GP, 0);
    if (!d.memory() && (systemTypes >>> d.type() & 1) == 0) {
      return null;
    }
    boolean allowed = d.conforming() || s.cpl <= d.dpl() && (selector & 3) <= d.dpl();
    return allowed ? d : null;
  }

  private static void arpl(Processor cpu, Instruction in) {
    Checks.protectedMode(cpu);
    int destination = (int) Operands.read(cpu, in, 0);
    int rpl = (int) Operands.read(cpu, in, 1) & 3;
    boolean raise = (destination & 3) < rpl;
    if (raise) {
      Operands.write(cpu, in, 0, destination & ~3 | rpl);
    }
    zero(cpu, raise);
  }

  private static void zero(Processor cpu, boolean zf) {
    int image = cpu.s.flags.rflags();
    cpu.s.flags.rflags(zf ? image | CpuState.ZF : image & ~CpuState.ZF);
  }
}
