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
 * FXSAVE, FXRSTOR, LDMXCSR and STMXCSR (Intel SDM vol. 1, 10.5), and the parts of the image that
 * XSAVE and its kin share with them.
 *
 * <pre>
 *   0 FCW  2 FSW  4 FTW (bit n: register n is not empty)  6 FOP  8 FIP  16 FDP  24 MXCSR  28 MXCSR_MASK
 *   32..159 ST0..ST7   160..415 XMM0..XMM15   416..463 reserved   464..511 software's
 * </pre>
 */
final class FloatingPointState {
  /** MXCSR bits that exist. */
  static final int MXCSR_MASK = 0xFFFF;

  private static final int ST_OFFSET = 32, XMM_OFFSET = 160, LAST_WRITTEN = 464;

  private FloatingPointState() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.FXSAVE, FloatingPointState::fxsave);
    table.put(Mnemonic.FXRSTOR, FloatingPointState::fxrstor);
    table.put(Mnemonic.LDMXCSR, FloatingPointState::ldmxcsr);
    table.put(Mnemonic.STMXCSR, FloatingPointState::stmxcsr);
  }

  private static void available(Processor cpu, long cr0Bits) {
    if ((cpu.s.cr0 & cr0Bits) != 0) {
      throw cpu.fault.with(GuestFault.NM);
    }
  }

  private static void sse(Processor cpu) {
    if ((cpu.s.cr0 & CpuState.CR0_EM) != 0 || (cpu.s.cr4 & CpuState.CR4_OSFXSR) == 0) {
      throw Checks.ud(cpu);
    }
    available(cpu, CpuState.CR0_TS);
  }

  private static void ldmxcsr(Processor cpu, Instruction in) {
    sse(cpu);
    cpu.s.mxcsr = checked(cpu, (int) Operands.read(cpu, in, 0));
  }

  private static void stmxcsr(Processor cpu, Instruction in) {
    sse(cpu);
    Operands.write(cpu, in, 0, cpu.s.mxcsr & 0xFFFF_FFFFL);
  }

  private static int checked(Processor cpu, int mxcsr) {
    if ((mxcsr & ~MXCSR_MASK) != 0) {
      throw Checks.gp(cpu);
    }
    return mxcsr;
  }

  private static long area(Processor cpu, Instruction in, boolean write) {
    available(cpu, CpuState.CR0_EM | CpuState.CR0_TS);
    long va = Operands.linear(cpu, in, (Operand.Memory) in.operand(0), 0, 512, write);
    if ((va & 15) != 0) {
      throw Checks.gp(cpu);
    }
    return va;
  }

  /** XMM registers that the mode has. */
  static int registers(Instruction in) {
    return Checks.is64(in) ? 16 : 8;
  }

  private static int quadwords(Instruction in) {
    return 2 * registers(in);
  }

  private static void fxsave(Processor cpu, Instruction in) {
    long va = area(cpu, in, true);
    cpu.mmu.probeWrite(va, 16);
    cpu.mmu.probeWrite(va + LAST_WRITTEN - 16, 16);
    save(cpu, in, va);
    cpu.mmu.store64(va + 24, cpu.s.mxcsr & 0xFFFF_FFFFL | (long) MXCSR_MASK << 32);
    saveXmm(cpu, in, va);
  }

  private static void fxrstor(Processor cpu, Instruction in) {
    long va = area(cpu, in, false);
    cpu.mmu.probeRead(va, 16);
    cpu.mmu.probeRead(va + LAST_WRITTEN - 16, 16);
    int mxcsr = checked(cpu, (int) cpu.mmu.load32(va + 24));
    restore(cpu, in, va);
    cpu.s.mxcsr = mxcsr;
    restoreXmm(cpu, in, va);
  }

  /** True unless the x87 state is the one that {@link #initialise} makes. */
  static boolean inUse(CpuState s) {
    return !s.x87.initial();
  }

  /** Initial state: FNINIT's, registers and pointers 0. */
  static void initialise(CpuState s) {
    s.x87.clear(X87State.INITIAL);
  }

  /** Writes the x87 part of the image at {@code va}: bytes 0 to 23 and 32 to 159. */
  static void save(Processor cpu, Instruction in, long va) {
    X87State x87 = cpu.s.x87;
    cpu.mmu.store64(
        va,
        x87.control
            | (long) x87.statusWord() << 16
            | (long) x87.used << 32
            | (long) x87.opcode << 48);
    long pointer = pointer(in);
    cpu.mmu.store64(va + 8, x87.ip & pointer);
    cpu.mmu.store64(va + 16, x87.dp & pointer);
    for (int i = 0; i < 8; i++) {
      cpu.mmu.store64(va + ST_OFFSET + 16L * i, x87.significand(i));
      cpu.mmu.store64(va + ST_OFFSET + 16L * i + 8, x87.se(i));
    }
  }

  /** Reads what {@link #save} wrote. */
  static void restore(Processor cpu, Instruction in, long va) {
    X87State x87 = cpu.s.x87;
    x87.controlWord((int) cpu.mmu.load16(va));
    x87.statusWord((int) cpu.mmu.load16(va + 2));
    x87.used = (int) cpu.mmu.load8(va + 4) & 0xFF;
    x87.opcode = (int) cpu.mmu.load16(va + 6) & 0x7FF;
    long pointer = pointer(in);
    x87.ip = cpu.mmu.load64(va + 8) & pointer;
    x87.dp = cpu.mmu.load64(va + 16) & pointer;
    for (int i = 0; i < 8; i++) {
      int n = x87.physical(i);
      x87.significand[n] = cpu.mmu.load64(va + ST_OFFSET + 16L * i);
      x87.signExponent[n] = (int) cpu.mmu.load16(va + ST_OFFSET + 16L * i + 8) & 0xFFFF;
    }
  }

  /** Bits of the pointers; without REX.W the upper halves stand for selectors, which are 0. */
  private static long pointer(Instruction in) {
    return in.operandBits() == 64 ? -1 : 0xFFFF_FFFFL;
  }

  /** Writes the XMM registers into the image at {@code va}. */
  static void saveXmm(Processor cpu, Instruction in, long va) {
    for (int i = 0; i < quadwords(in); i++) {
      cpu.mmu.store64(va + XMM_OFFSET + 8L * i, cpu.s.xmm[i]);
    }
  }

  /** Reads what {@link #saveXmm} wrote. */
  static void restoreXmm(Processor cpu, Instruction in, long va) {
    for (int i = 0; i < quadwords(in); i++) {
      cpu.s.xmm[i] = cpu.mmu.load64(va + XMM_OFFSET + 8L * i);
    }
  }
}
