package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * RDRAND and RDSEED (Intel SDM vol. 1, 7.3.17): numbers from the machine's seed, always ready, so
 * that a run replays.
 */
final class RandomNumbers {
  private RandomNumbers() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.RDRAND, RandomNumbers::read);
    table.put(Mnemonic.RDSEED, RandomNumbers::read);
  }

  private static void read(Processor cpu, Instruction in) {
    Operands.write(cpu, in, 0, cpu.s.random.next());
    cpu.s.flags.arithmetic(CpuState.CF);
  }
}
