package io.tlbscope.core.system;

import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * Cache control: there is no cache to see, only the permission checks remain (Intel SDM vol. 3A,
 * 11.5.5).
 */
final class CacheInstructions {
  private CacheInstructions() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.INVD, (cpu, in) -> Checks.privileged(cpu));
    table.put(Mnemonic.WBINVD, (cpu, in) -> Checks.privileged(cpu));
    table.put(Mnemonic.CLFLUSH, CacheInstructions::flush);
    table.put(Mnemonic.CLFLUSHOPT, CacheInstructions::flush);
    table.put(Mnemonic.CLWB, CacheInstructions::flush);
  }

  /** Faults as a load of one byte does. */
  private static void flush(Processor cpu, Instruction in) {
    cpu.mmu.probeRead(Operands.linear(cpu, in, (Operand.Memory) in.operand(0), 0, 1, false), 1);
  }
}
