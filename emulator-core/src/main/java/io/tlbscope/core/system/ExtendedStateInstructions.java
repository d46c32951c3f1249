package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.ExtendedState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * XSAVE, XSAVEOPT, XSAVEC, XSAVES, XRSTOR, XRSTORS, XGETBV and XSETBV (Intel SDM vol. 1, chapter
 * 13). A component counts as in use when it is not in its initial state; there is no modified
 * optimisation.
 */
final class ExtendedStateInstructions {
  private static final int RCX = 1, ALIGNMENT = 64;
  private static final int XSTATE_BV = 512, XCOMP_BV = 520, RESERVED = 528, MXCSR = 24;
  private static final long COMPACTED = 1L << 63;

  private ExtendedStateInstructions() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.XGETBV, ExtendedStateInstructions::xgetbv);
    table.put(Mnemonic.XSETBV, ExtendedStateInstructions::xsetbv);
    table.put(Mnemonic.XSAVE, (cpu, in) -> standard(cpu, in, false));
    table.put(Mnemonic.XSAVEOPT, (cpu, in) -> standard(cpu, in, true));
    table.put(Mnemonic.XSAVEC, (cpu, in) -> compacted(cpu, in, false));
    table.put(Mnemonic.XSAVES, (cpu, in) -> compacted(cpu, in, true));
    table.put(Mnemonic.XRSTOR, (cpu, in) -> restore(cpu, in, false));
    table.put(Mnemonic.XRSTORS, (cpu, in) -> restore(cpu, in, true));
  }

  private static void enabled(Processor cpu) {
    if ((cpu.s.cr4 & CpuState.CR4_OSXSAVE) == 0) {
      throw Checks.ud(cpu);
    }
  }

  private static void xgetbv(Processor cpu, Instruction in) {
    enabled(cpu);
    switch (Checks.low(cpu, RCX)) {
      case 0 -> Checks.edxEax(cpu, cpu.s.xcr0);
      case 1 -> Checks.edxEax(cpu, cpu.s.xcr0 & StateComponents.inUse(cpu.s));
      default -> throw Checks.gp(cpu);
    }
  }

  private static void xsetbv(Processor cpu, Instruction in) {
    enabled(cpu);
    Checks.privileged(cpu);
    long value = Checks.edxEax(cpu);
    boolean sse = (value >>> ExtendedState.SSE & 1) != 0;
    boolean avx = (value >>> ExtendedState.AVX & 1) != 0;
    if (Checks.low(cpu, RCX) != 0
        || (value & 1) == 0
        || (value & ~cpu.s.cpuid.xcr0Bits()) != 0
        || avx && !sse) {
      throw Checks.gp(cpu);
    }
    cpu.s.xcr0 = value;
    cpu.leaveBlock = true;
  }

  /** Checks and gives the area's linear address. */
  private static long area(Processor cpu, Instruction in, boolean privileged, boolean write) {
    enabled(cpu);
    if ((cpu.s.cr0 & CpuState.CR0_TS) != 0) {
      throw cpu.fault.with(GuestFault.NM);
    }
    if (privileged) {
      Checks.privileged(cpu);
    }
    Operand.Memory m = (Operand.Memory) in.operand(0);
    long va = Operands.linear(cpu, in, m, 0, ExtendedState.HEADER_END, write);
    if ((va & ALIGNMENT - 1) != 0) {
      throw Checks.gp(cpu);
    }
    if (write) {
      cpu.mmu.probeWrite(va, ExtendedState.HEADER_END);
    } else {
      cpu.mmu.probeRead(va, ExtendedState.HEADER_END);
    }
    return va;
  }

  private static boolean has(long components, int n) {
    return (components >>> n & 1) != 0;
  }

  private static void standard(Processor cpu, Instruction in, boolean usedOnly) {
    long va = area(cpu, in, false, true);
    CpuState s = cpu.s;
    long wanted = s.xcr0 & Checks.edxEax(cpu);
    long used = StateComponents.inUse(s);
    long written = usedOnly ? wanted & used : wanted;
    StateComponents.probe(cpu, va, written, 0, true);
    if (has(wanted, ExtendedState.SSE) || has(wanted, ExtendedState.AVX)) {
      StateComponents.saveMxcsr(cpu, va);
    }
    StateComponents.save(cpu, in, va, written, 0);
    long before = cpu.mmu.load64(va + XSTATE_BV);
    cpu.mmu.store64(va + XSTATE_BV, before & ~wanted | used & wanted);
  }

  private static void compacted(Processor cpu, Instruction in, boolean supervisor) {
    long va = area(cpu, in, supervisor, true);
    CpuState s = cpu.s;
    long wanted = s.xcr0 & Checks.edxEax(cpu);
    long format = wanted | COMPACTED;
    long written = wanted & StateComponents.inUse(s);
    StateComponents.probe(cpu, va, written, format, true);
    if (has(written, ExtendedState.SSE)) {
      StateComponents.saveMxcsr(cpu, va);
    }
    StateComponents.save(cpu, in, va, written, format);
    cpu.mmu.store64(va + XSTATE_BV, written);
    cpu.mmu.store64(va + XCOMP_BV, format);
  }

  private static void restore(Processor cpu, Instruction in, boolean supervisor) {
    long va = area(cpu, in, supervisor, false);
    CpuState s = cpu.s;
    long wanted = s.xcr0 & Checks.edxEax(cpu);
    long present = cpu.mmu.load64(va + XSTATE_BV);
    long format = cpu.mmu.load64(va + XCOMP_BV);
    boolean compact = format < 0;
    long allowed = compact ? format & ~COMPACTED : s.xcr0;
    boolean bad =
        supervisor && !compact
            || (present & ~allowed) != 0
            || (allowed & ~s.xcr0) != 0
            || !compact && format != 0;
    for (int i = RESERVED; i < (compact ? ExtendedState.HEADER_END : RESERVED + 8); i += 8) {
      bad |= cpu.mmu.load64(va + i) != 0;
    }
    // Outside the compacted format MXCSR is loaded whether or not XSTATE_BV names SSE.
    boolean vectors = has(wanted, ExtendedState.SSE) || has(wanted, ExtendedState.AVX);
    boolean mxcsr = compact ? has(wanted & present, ExtendedState.SSE) : vectors;
    int value = mxcsr ? (int) cpu.mmu.load32(va + MXCSR) : 0x1F80;
    if (bad || (value & ~StateComponents.MXCSR_MASK) != 0) {
      throw Checks.gp(cpu);
    }
    StateComponents.probe(cpu, va, wanted & present, format, false);
    if (mxcsr || compact && has(wanted, ExtendedState.SSE)) {
      s.mxcsr = value;
    }
    StateComponents.restore(cpu, in, va, wanted, present, format);
  }
}
