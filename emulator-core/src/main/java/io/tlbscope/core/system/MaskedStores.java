package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** MASKMOVQ (Intel SDM vol. 2A): bytes chosen by the sign bits of a mask. */
final class MaskedStores {
  private MaskedStores() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.MASKMOVQ, MaskedStores::store);
  }

  private static void store(Processor cpu, Instruction in) {
    CpuState s = cpu.s;
    X87State x87 = s.x87;
    if ((s.cr0 & CpuState.CR0_EM) != 0) {
      throw Checks.ud(cpu);
    }
    if ((s.cr0 & CpuState.CR0_TS) != 0) {
      throw cpu.fault.with(GuestFault.NM);
    }
    NumericErrors.check(cpu);
    long data = x87.significand[((Operand.Register) in.operand(0)).number()];
    long mask = x87.significand[((Operand.Register) in.operand(1)).number()];
    Operand.Memory to = (Operand.Memory) in.operand(2);
    for (int n = 0; n < 8; n++) {
      if ((mask >>> 8 * n + 7 & 1) != 0) {
        cpu.mmu.probeWrite(Operands.linear(cpu, in, to, n, 1, true), 1);
      }
    }
    for (int n = 0; n < 8; n++) {
      if ((mask >>> 8 * n + 7 & 1) != 0) {
        cpu.mmu.store8(Operands.linear(cpu, in, to, n, 1, true), data >>> 8 * n & 0xFF);
      }
    }
    x87.toMmx();
  }
}
