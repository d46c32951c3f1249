package io.tlbscope.core.system;

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
    MsrHooks.cpuid(cpu, leaf, subleaf, regs);
    for (int i = 0; i < 4; i++) {
      cpu.r[ORDER[i]] = regs[i] & 0xFFFF_FFFFL;
    }
  }
}
