package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** SWAPGS, RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE (Intel SDM vol. 2B). */
final class FsGsBase {
  private FsGsBase() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.SWAPGS, FsGsBase::swapgs);
    table.put(Mnemonic.RDFSBASE, (cpu, in) -> read(cpu, in, Segment.FS));
    table.put(Mnemonic.RDGSBASE, (cpu, in) -> read(cpu, in, Segment.GS));
    table.put(Mnemonic.WRFSBASE, (cpu, in) -> write(cpu, in, Segment.FS));
    table.put(Mnemonic.WRGSBASE, (cpu, in) -> write(cpu, in, Segment.GS));
  }

  /** Sets a hidden base and its mirror. */
  static void set(Processor cpu, int segment, long base) {
    cpu.s.segments[segment].base = base;
    cpu.r[CpuState.SEGMENT_BASES + segment] = base;
  }

  private static void swapgs(Processor cpu, Instruction in) {
    Checks.code64(cpu);
    Checks.privileged(cpu);
    long base = cpu.s.segments[Segment.GS].base;
    set(cpu, Segment.GS, cpu.s.kernelGsBase);
    cpu.s.kernelGsBase = base;
  }

  private static void enabled(Processor cpu) {
    Checks.code64(cpu);
    if ((cpu.s.cr4 & CpuState.CR4_FSGSBASE) == 0) {
      throw Checks.ud(cpu);
    }
  }

  private static void read(Processor cpu, Instruction in, int segment) {
    enabled(cpu);
    Operands.write(cpu, in, 0, cpu.s.segments[segment].base);
  }

  private static void write(Processor cpu, Instruction in, int segment) {
    enabled(cpu);
    set(cpu, segment, Checks.canonical(cpu, Operands.read(cpu, in, 0)));
  }
}
