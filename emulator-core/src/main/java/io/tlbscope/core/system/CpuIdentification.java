package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.ExtendedState;
import io.tlbscope.core.hook.MsrHooks;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** CPUID: the model's answer, then what plugins add (Intel SDM vol. 2A). */
final class CpuIdentification {
  /** EAX, EBX, ECX, EDX as general register numbers. */
  private static final int[] ORDER = {0, 3, 1, 2};

  private CpuIdentification() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.CPUID, CpuIdentification::cpuid);
  }

  private static void cpuid(Processor cpu, Instruction in) {
    int leaf = Checks.low(cpu, 0);
    int subleaf = Checks.low(cpu, 1);
    int[] regs = new int[4];
    cpu.s.cpuid.leaf(leaf, subleaf, regs);
    enabled(cpu.s, leaf, subleaf, regs);
    MsrHooks.cpuid(cpu, leaf, subleaf, regs);
    for (int i = 0; i < 4; i++) {
      cpu.r[ORDER[i]] = regs[i] & 0xFFFF_FFFFL;
    }
  }

  /** What depends on CR4 and XCR0: OSXSAVE, OSPKE, the size of XSAVE's area. */
  private static void enabled(CpuState s, int leaf, int subleaf, int[] regs) {
    if (leaf == 1 && (s.cr4 & CpuState.CR4_OSXSAVE) != 0) {
      regs[2] |= 1 << 27;
    } else if (leaf == 7 && subleaf == 0 && (s.cr4 & CpuState.CR4_PKE) != 0) {
      regs[2] |= 1 << 4;
    } else if (leaf == 0xD && s.cpuid.xcr0Bits() != 0) {
      ExtendedState.leaf(subleaf, s.cpuid.xcr0Bits(), s.xcr0, regs);
    }
  }
}
