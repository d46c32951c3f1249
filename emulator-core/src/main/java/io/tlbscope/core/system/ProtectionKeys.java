package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** RDPKRU and WRPKRU (Intel SDM vol. 2B; vol. 3A, 4.6.2). */
final class ProtectionKeys {
  private static final int RAX = 0, RCX = 1, RDX = 2;

  private ProtectionKeys() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.RDPKRU, ProtectionKeys::read);
    table.put(Mnemonic.WRPKRU, ProtectionKeys::write);
  }

  private static void enabled(Processor cpu) {
    if ((cpu.s.cr4 & CpuState.CR4_PKE) == 0) {
      throw Checks.ud(cpu);
    }
    if (Checks.low(cpu, RCX) != 0) {
      throw Checks.gp(cpu);
    }
  }

  private static void read(Processor cpu, Instruction in) {
    enabled(cpu);
    Checks.edxEax(cpu, cpu.s.pkru & 0xFFFF_FFFFL);
  }

  private static void write(Processor cpu, Instruction in) {
    enabled(cpu);
    if (Checks.low(cpu, RDX) != 0) {
      throw Checks.gp(cpu);
    }
    set(cpu, Checks.low(cpu, RAX));
  }

  /** Changes PKRU, and with it what the look-aside may serve. */
  static void set(Processor cpu, int pkru) {
    if (cpu.s.pkru != pkru) {
      cpu.s.pkru = pkru;
      cpu.mmu.keysChanged();
    }
  }
}
