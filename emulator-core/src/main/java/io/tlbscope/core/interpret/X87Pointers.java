package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/**
 * What the FPU notes of an instruction that raised an unmasked exception: CPUID tells that it notes
 * operand address and opcode of no other (Intel SDM vol. 1, 8.1.8 and 8.1.9).
 */
public final class X87Pointers {
  private static final int LONGEST = 15;

  private X87Pointers() {}

  /**
   * After an instruction.
   *
   * @param rip its offset, or -1 for a control instruction: those are not noted
   * @param dp offset of the memory operand, 0 if there is none; its linear address in real-address
   *     and virtual-8086 mode
   */
  public static void after(Processor cpu, long rip, long dp) {
    if (rip != -1) {
      CpuState s = cpu.s;
      s.x87.ip = s.paragraphs() ? rip + s.segments[Segment.CS].base : rip;
      if (s.x87.pending()) {
        s.x87.dp = dp;
        s.x87.opcode = opcode(cpu);
      }
    }
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
