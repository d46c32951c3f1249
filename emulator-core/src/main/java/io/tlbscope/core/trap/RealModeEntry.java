package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/** Interrupts through the interrupt vector table (Intel SDM vol. 3B, 20.1.4). */
final class RealModeEntry {
  private RealModeEntry() {}

  static void enter(Processor cpu, Cause cause) {
    CpuState s = cpu.s;
    int entry = cause.vector() * 4;
    if (entry + 3 > s.idtLimit) {
      throw cpu.fault.with(GuestFault.GP, 0);
    }
    long target = cpu.mmu.loadSystem(s.idtBase + entry & 0xFFFF_FFFFL, 4);
    long va = Stacks.push(cpu, 6, 0);
    Stacks.write(
        cpu,
        va,
        2,
        false,
        s.rip & 0xFFFF,
        s.segments[Segment.CS].selector,
        cause.flagsImage(s) & 0xFFFF);
    Stacks.pointer(s, s.r[4] - 6);
    Segments.loadReal(s, Segment.CS, (int) (target >>> 16) & 0xFFFF);
    s.rip = target & 0xFFFF;
    s.flags.system(s.flags.system() & ~(CpuState.IF | CpuState.TF | CpuState.AC | CpuState.RF));
  }
}
