package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.SseControl;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** MASKMOVQ and MASKMOVDQU (Intel SDM vol. 2A): bytes chosen by the sign bits of a mask. */
final class MaskedStores {
  private MaskedStores() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.MASKMOVQ, MaskedStores::fromMmx);
    table.put(Mnemonic.MASKMOVDQU, MaskedStores::fromXmm);
  }

  private static void fromMmx(Processor cpu, Instruction in) {
    CpuState s = cpu.s;
    if ((s.cr0 & CpuState.CR0_EM) != 0) {
      throw Checks.ud(cpu);
    }
    if ((s.cr0 & CpuState.CR0_TS) != 0) {
      throw cpu.fault.with(GuestFault.NM);
    }
    NumericErrors.check(cpu);
    long[] registers = s.x87.significand;
    s.x87.toMmx();
    store(cpu, in, registers, number(in, 0), number(in, 1), 1);
  }

  private static void fromXmm(Processor cpu, Instruction in) {
    if (!SseControl.enabled(cpu.s)) {
      throw cpu.fault.with(SseControl.undefined(cpu.s) ? GuestFault.UD : GuestFault.NM);
    }
    store(cpu, in, cpu.s.xmm, 2 * number(in, 0), 2 * number(in, 1), 2);
  }

  private static int number(Instruction in, int operand) {
    return ((Operand.Register) in.operand(operand)).number();
  }

  /**
   * All chosen bytes or none; a fault comes for bytes that are not chosen too, which the manual
   * leaves open.
   *
   * @param quadwords of data and mask each, from indices {@code data} and {@code mask} of {@code
   *     from}
   */
  private static void store(
      Processor cpu, Instruction in, long[] from, int data, int mask, int quadwords) {
    Operand.Memory to = (Operand.Memory) in.operand(2);
    int bytes = 8 * quadwords;
    cpu.mmu.probeWrite(Operands.linear(cpu, in, to, 0, bytes, true), bytes);
    for (int n = 0; n < bytes; n++) {
      if ((octet(from, mask, n) & 0x80) != 0) {
        cpu.mmu.store8(Operands.linear(cpu, in, to, n, 1, true), octet(from, data, n));
      }
    }
  }

  private static long octet(long[] from, int first, int n) {
    return from[first + n / 8] >>> 8 * (n % 8) & 0xFF;
  }
}
