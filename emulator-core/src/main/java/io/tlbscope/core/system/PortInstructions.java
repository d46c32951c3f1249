package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * IN, OUT, INS, OUTS with IOPL and the TSS's I/O permission bitmap (Intel SDM vol. 1, chapter 18).
 */
final class PortInstructions {
  /** Offset of the I/O map base in a 32- and 64-bit TSS. */
  private static final int IO_MAP_BASE = 0x66;

  /** Most rounds of a REP form in one go. */
  private static final int ROUNDS = 4096;

  private static final int RCX = 1, RDX = 2, RSI = 6, RDI = 7;

  private PortInstructions() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.IN, PortInstructions::in);
    table.put(Mnemonic.OUT, PortInstructions::out);
    table.put(Mnemonic.INS, PortInstructions::ins);
    table.put(Mnemonic.OUTS, PortInstructions::outs);
  }

  private static void in(Processor cpu, Instruction in) {
    int bytes = ((Operand.Register) in.operand(0)).bits() / 8;
    int port = (int) Operands.read(cpu, in, 1) & 0xFFFF;
    permitted(cpu, port, bytes);
    cpu.leaveBlock = true;
    Operands.write(cpu, in, 0, cpu.ports.read(port, bytes) & 0xFFFF_FFFFL);
    breakpoint(cpu, port, bytes);
  }

  private static void out(Processor cpu, Instruction in) {
    int bytes = ((Operand.Register) in.operand(1)).bits() / 8;
    int port = (int) Operands.read(cpu, in, 0) & 0xFFFF;
    permitted(cpu, port, bytes);
    cpu.leaveBlock = true;
    cpu.ports.write(port, bytes, (int) Operands.read(cpu, in, 1));
    breakpoint(cpu, port, bytes);
  }

  /** Breakpoints on ports are traps; without CR4.DE there are none. */
  private static void breakpoint(Processor cpu, int port, int bytes) {
    CpuState s = cpu.s;
    if ((s.cr4 & CpuState.CR4_DE) != 0 && s.breakpoints.port(port, bytes)) {
      cpu.leaveBlock = true;
      cpu.signal();
    }
  }

  private static void ins(Processor cpu, Instruction in) {
    Operand.Memory m = (Operand.Memory) in.operand(0);
    repeat(
        cpu,
        in,
        m.bits() / 8,
        RDI,
        (port, bytes) -> {
          long va = Operands.linear(cpu, in, m, 0, bytes, true);
          cpu.mmu.probeWrite(va, bytes);
          Operands.store(cpu, va, bytes, cpu.ports.read(port, bytes));
        });
  }

  private static void outs(Processor cpu, Instruction in) {
    Operand.Memory m = (Operand.Memory) in.operand(1);
    repeat(
        cpu,
        in,
        m.bits() / 8,
        RSI,
        (port, bytes) -> {
          long va = Operands.linear(cpu, in, m, 0, bytes, false);
          cpu.ports.write(port, bytes, (int) Operands.load(cpu, va, bytes));
        });
  }

  private interface Step {
    void run(int port, int bytes);
  }

  /**
   * Each round leaves RCX and the pointer consistent, so a fault in a later one restarts there.
   * After {@link #ROUNDS}, or one for a debug exception, the instruction is begun again, so that
   * interrupts and the end of a slice are seen.
   */
  private static void repeat(Processor cpu, Instruction in, int bytes, int pointer, Step step) {
    int port = (int) cpu.r[RDX] & 0xFFFF;
    boolean repeated = in.repeat() != Instruction.Repeat.NONE;
    int bits = in.addressBits();
    permitted(cpu, port, bytes);
    if (repeated && Operands.truncate(cpu.r[RCX], bits) == 0) {
      return;
    }
    cpu.leaveBlock = true;
    long stride = (cpu.s.flags.system() & CpuState.DF) != 0 ? -bytes : bytes;
    boolean stepping = (cpu.s.flags.system() & CpuState.TF) != 0;
    int rounds = 0;
    do {
      if (rounds++ == ROUNDS || rounds > 1 && (stepping || cpu.s.breakpoints.hits != 0)) {
        cpu.nextRip = cpu.s.rip;
        cpu.s.flags.system(cpu.s.flags.system() | CpuState.RF);
        return;
      }
      step.run(port, bytes);
      breakpoint(cpu, port, bytes);
      advance(cpu, pointer, stride, bits);
      if (repeated) {
        advance(cpu, RCX, -1, bits);
      }
    } while (repeated && Operands.truncate(cpu.r[RCX], bits) != 0);
  }

  private static void advance(Processor cpu, int register, long by, int bits) {
    long old = cpu.r[register];
    long moved = Operands.truncate(old + by, bits);
    cpu.r[register] = bits == 16 ? old & ~0xFFFFL | moved : moved;
  }

  private static void permitted(Processor cpu, int port, int bytes) {
    CpuState s = cpu.s;
    if (!s.protectedMode() || !s.virtual8086() && s.cpl <= Checks.iopl(s)) {
      return;
    }
    if (!TableRegisters.hasTss32(s) || s.tr.limit < IO_MAP_BASE + 1) {
      throw Checks.gp(cpu);
    }
    long at = cpu.mmu.loadSystem(s.tr.base + IO_MAP_BASE, 2) + (port >> 3);
    if (at + 1 > s.tr.limit) {
      throw Checks.gp(cpu);
    }
    long bits = cpu.mmu.loadSystem(s.tr.base + at, 2) >>> (port & 7);
    if ((bits & (1L << bytes) - 1) != 0) {
      throw Checks.gp(cpu);
    }
  }
}
