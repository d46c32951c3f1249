package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.SseControl;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** PTEST, and SSE4.2's comparisons of strings (Intel SDM vol. 2B, 4.1). */
final class VectorComparisons {
  private static final int RAX = 0, RCX = 1, RDX = 2;

  private VectorComparisons() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.PTEST, VectorComparisons::test);
    table.put(Mnemonic.PCMPESTRI, (cpu, in) -> compare(cpu, in, true, true));
    table.put(Mnemonic.PCMPESTRM, (cpu, in) -> compare(cpu, in, true, false));
    table.put(Mnemonic.PCMPISTRI, (cpu, in) -> compare(cpu, in, false, true));
    table.put(Mnemonic.PCMPISTRM, (cpu, in) -> compare(cpu, in, false, false));
  }

  /** The 16 bytes of operand 1. */
  private static long[] source(Processor cpu, Instruction in, boolean aligned) {
    if (!SseControl.enabled(cpu.s)) {
      throw cpu.fault.with(SseControl.undefined(cpu.s) ? GuestFault.UD : GuestFault.NM);
    }
    long[] value = new long[2];
    if (in.operand(1) instanceof Operand.Memory mem) {
      long base = cpu.r[CpuState.SEGMENT_BASES + mem.segment()];
      if (aligned && (base + Operands.effective(cpu, in, mem) & 15) != 0) {
        // Before an address that is not canonical is #SS.
        throw cpu.fault.with(GuestFault.GP, 0);
      }
      cpu.mmu.load128(Operands.linear(cpu, in, mem, 0, 16, false), value, 0);
    } else {
      int at = 2 * ((Operand.Register) in.operand(1)).number();
      value[0] = cpu.s.xmm[at];
      value[1] = cpu.s.xmm[at + 1];
    }
    return value;
  }

  private static int destination(Instruction in) {
    return 2 * ((Operand.Register) in.operand(0)).number();
  }

  private static void test(Processor cpu, Instruction in) {
    long[] b = source(cpu, in, true);
    long[] x = cpu.s.xmm;
    int a = destination(in);
    boolean none = (x[a] & b[0] | x[a + 1] & b[1]) == 0;
    boolean inside = (~x[a] & b[0] | ~x[a + 1] & b[1]) == 0;
    cpu.s.flags.arithmetic((none ? CpuState.ZF : 0) | (inside ? CpuState.CF : 0));
  }

  private static void compare(Processor cpu, Instruction in, boolean explicit, boolean index) {
    int imm = (int) Operands.read(cpu, in, 2) & 0xFF;
    long[] b = source(cpu, in, false);
    long[] x = cpu.s.xmm;
    int d = destination(in);
    StringComparison strings = new StringComparison(imm, x[d], x[d + 1], b[0], b[1]);
    if (explicit) {
      boolean wide = in.operandBits() == 64;
      strings.lengths(length(cpu, RAX, wide), length(cpu, RDX, wide));
    }
    int result = strings.result();
    if (index) {
      cpu.r[RCX] = strings.index(result);
    } else {
      x[0] = strings.mask(result, 0);
      x[1] = strings.mask(result, 1);
    }
    cpu.s.flags.arithmetic(
        (result != 0 ? CpuState.CF : 0)
            | (strings.secondEnds() ? CpuState.ZF : 0)
            | (strings.firstEnds() ? CpuState.SF : 0)
            | ((result & 1) != 0 ? CpuState.OF : 0));
  }

  /** Magnitude of a length register. */
  private static long length(Processor cpu, int register, boolean wide) {
    long value = wide ? cpu.r[register] : (int) cpu.r[register];
    return value == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(value);
  }
}
