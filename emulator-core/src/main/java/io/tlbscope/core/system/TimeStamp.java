package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * RDTSC, RDTSCP, RDPID, RDPMC. One tick of virtual time is one TSC increment (Intel SDM vol. 3B,
 * 17.17).
 */
final class TimeStamp {
  private TimeStamp() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.RDTSC, (cpu, in) -> rdtsc(cpu));
    table.put(Mnemonic.RDTSCP, TimeStamp::rdtscp);
    table.put(Mnemonic.RDPID, (cpu, in) -> Operands.write(cpu, in, 0, cpu.s.tscAux));
    table.put(Mnemonic.RDPMC, TimeStamp::rdpmc);
  }

  static long now(Processor cpu) {
    return cpu.now() + cpu.s.tscOffset;
  }

  private static void rdtsc(Processor cpu) {
    CpuState s = cpu.s;
    if ((s.cr4 & CpuState.CR4_TSD) != 0 && s.cpl > 0) {
      throw Checks.gp(cpu);
    }
    Checks.edxEax(cpu, now(cpu));
  }

  private static void rdtscp(Processor cpu, Instruction in) {
    rdtsc(cpu);
    cpu.r[1] = cpu.s.tscAux;
  }

  /** CPUID leaf 0Ah tells of no counter. */
  private static void rdpmc(Processor cpu, Instruction in) {
    throw Checks.gp(cpu);
  }
}
