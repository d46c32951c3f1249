package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.vcpu.Processor;

/**
 * What the FPU notes of an instruction that raised an unmasked exception: CPUID tells that it notes
 * operand address and opcode of no other (Intel SDM vol. 1, 8.1.8 and 8.1.9).
 */
final class X87Pointers {
  private static final int LONGEST = 15;

  private X87Pointers() {}

  /**
   * @param dp offset of the memory operand, 0 if there is none
   */
  static void note(Processor cpu, long dp) {
    X87State x87 = cpu.s.x87;
    x87.dp = dp;
    x87.opcode = opcode(cpu);
  }

  /** The low three bits of D8..DF, and the byte behind it, of the bytes at the noted offset. */
  private static int opcode(Processor cpu) {
    CpuState s = cpu.s;
    long base = s.code64() || s.paragraphs() ? 0 : s.segments[Segment.CS].base;
    for (int n = 0; n < LONGEST; n++) {
      int octet = octet(cpu, base + s.x87.ip + n);
      if (octet >= 0xD8 && octet <= 0xDF) {
        return (octet & 7) << 8 | octet(cpu, base + s.x87.ip + n + 1);
      }
    }
    return 0;
  }

  private static int octet(Processor cpu, long va) {
    return cpu.mmu.peek8(va);
  }
}
