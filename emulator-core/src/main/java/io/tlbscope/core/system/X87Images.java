package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * FLDENV, FNSTENV, FNSAVE and FRSTOR (Intel SDM vol. 1, figures 8-9 to 8-12). CS and DS of the
 * pointers are saved as 0, as CPUID tells.
 *
 * <pre>
 *   32 bits: 0 FCW  4 FSW  8 tags  12 FIP  16 FCS, FOP &lt;&lt; 16  20 FDP  24 FDS   28.. ST0..ST7
 *   16 bits: 0 FCW  2 FSW  4 tags   6 FIP   8 FCS              10 FDP  12 FDS   14.. ST0..ST7
 *   real-address and virtual-8086 mode: linear pointers,
 *   32 bits: 12 FIP 15..0  16 FIP 31..16 &lt;&lt; 12, FOP   20 FDP 15..0  24 FDP 31..16 &lt;&lt; 12
 *   16 bits:  6 FIP 15..0   8 FIP 19..16 &lt;&lt; 12, FOP   10 FDP 15..0  12 FDP 19..16 &lt;&lt; 12
 * </pre>
 */
final class X87Images {
  private static final int REGISTERS = 80;

  private X87Images() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.FNSTENV, X87Images::storeEnvironment);
    table.put(Mnemonic.FLDENV, X87Images::loadEnvironment);
    table.put(Mnemonic.FNSAVE, X87Images::save);
    table.put(Mnemonic.FRSTOR, X87Images::restore);
  }

  private static void available(Processor cpu, boolean waiting) {
    long cr0 = cpu.s.cr0;
    if ((cr0 & (CpuState.CR0_EM | CpuState.CR0_TS)) != 0) {
      throw cpu.fault.with(GuestFault.NM);
    }
    if (waiting) {
      NumericErrors.check(cpu);
    }
  }

  /** Bytes of a field of the environment: seven fields of 16 or of 32 bits. */
  private static int field(Instruction in) {
    return in.operandBits() == 16 ? 2 : 4;
  }

  private static long va(Processor cpu, Instruction in, int bytes, boolean write) {
    return Operands.linear(cpu, in, (Operand.Memory) in.operand(0), 0, bytes, write);
  }

  private static void storeEnvironment(Processor cpu, Instruction in) {
    available(cpu, false);
    int field = field(in);
    long va = va(cpu, in, 7 * field, true);
    cpu.mmu.probeWrite(va, 7 * field);
    environment(cpu, va, field);
    X87State x87 = cpu.s.x87;
    x87.control |= X87State.EXCEPTIONS;
    x87.summarise();
  }

  private static void environment(Processor cpu, long va, int field) {
    X87State x87 = cpu.s.x87;
    long fill = field == 4 ? 0xFFFF_0000L : 0;
    boolean real = cpu.s.paragraphs();
    long ip = x87.ip;
    long dp = x87.dp;
    long opcode = x87.opcode & 0x7FF;
    long ipHigh = real ? (ip >>> 16 & (field == 4 ? 0xFFFF : 0xF)) << 12 | opcode : opcode << 16;
    long dpHigh = real ? (dp >>> 16 & (field == 4 ? 0xFFFF : 0xF)) << 12 : fill;
    long[] fields = {
      x87.control | fill,
      x87.statusWord() | fill,
      x87.tagWord() | fill,
      real ? ip & 0xFFFF | fill : ip,
      ipHigh,
      real ? dp & 0xFFFF | fill : dp,
      dpHigh
    };
    for (int n = 0; n < fields.length; n++) {
      Operands.store(cpu, va + (long) n * field, field, fields[n]);
    }
  }

  private static void loadEnvironment(Processor cpu, Instruction in) {
    available(cpu, true);
    int field = field(in);
    long va = va(cpu, in, 7 * field, false);
    cpu.mmu.probeRead(va, 7 * field);
    takeEnvironment(cpu, va, field);
  }

  private static void takeEnvironment(Processor cpu, long va, int field) {
    long[] fields = new long[7];
    for (int n = 0; n < fields.length; n++) {
      fields[n] = Operands.load(cpu, va + (long) n * field, field);
    }
    X87State x87 = cpu.s.x87;
    x87.controlWord((int) fields[0] & 0xFFFF);
    x87.statusWord((int) fields[1] & 0xFFFF);
    x87.tagWord((int) fields[2]);
    if (cpu.s.paragraphs()) {
      x87.ip = fields[3] & 0xFFFF | (fields[4] >>> 12 & 0xFFFF) << 16;
      x87.dp = fields[5] & 0xFFFF | (fields[6] >>> 12 & 0xFFFF) << 16;
      x87.opcode = (int) fields[4] & 0x7FF;
    } else {
      x87.ip = fields[3];
      x87.dp = fields[5];
      x87.opcode = field == 4 ? (int) (fields[4] >>> 16) & 0x7FF : 0;
    }
  }

  private static void save(Processor cpu, Instruction in) {
    available(cpu, false);
    int field = field(in);
    int bytes = 7 * field + REGISTERS;
    long va = va(cpu, in, bytes, true);
    cpu.mmu.probeWrite(va, bytes);
    environment(cpu, va, field);
    X87State x87 = cpu.s.x87;
    for (int i = 0; i < 8; i++) {
      long at = va + 7L * field + 10L * i;
      cpu.mmu.store64(at, x87.significand(i));
      cpu.mmu.store16(at + 8, x87.se(i));
    }
    x87.initialise(X87State.INITIAL);
  }

  private static void restore(Processor cpu, Instruction in) {
    available(cpu, true);
    int field = field(in);
    int bytes = 7 * field + REGISTERS;
    long va = va(cpu, in, bytes, false);
    cpu.mmu.probeRead(va, bytes);
    takeEnvironment(cpu, va, field);
    X87State x87 = cpu.s.x87;
    for (int i = 0; i < 8; i++) {
      long at = va + 7L * field + 10L * i;
      int n = x87.physical(i);
      x87.significand[n] = cpu.mmu.load64(at);
      x87.signExponent[n] = (int) cpu.mmu.load16(at + 8) & 0xFFFF;
    }
  }
}
