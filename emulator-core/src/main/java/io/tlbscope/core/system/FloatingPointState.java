package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * FXSAVE, FXRSTOR, LDMXCSR, STMXCSR, the x87 control instructions and EMMS (Intel SDM vol. 1,
 * 10.5). The x87 stack is not modelled: it is saved empty and restored by nothing.
 *
 * <pre>
 *   0 FCW  2 FSW  4 FTW  6 FOP  8 FIP  16 FDP  24 MXCSR  28 MXCSR_MASK
 *   32..159 ST0..ST7   160..415 XMM0..XMM15   416..463 reserved   464..511 software's
 * </pre>
 */
final class FloatingPointState {
  /** MXCSR bits that exist: all of 15..0 but denormals-are-zeros. */
  static final int MXCSR_MASK = 0xFFBF;

  private static final int XMM_OFFSET = 160, LAST_WRITTEN = 464;

  private FloatingPointState() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.FXSAVE, FloatingPointState::fxsave);
    table.put(Mnemonic.FXRSTOR, FloatingPointState::fxrstor);
    table.put(Mnemonic.LDMXCSR, FloatingPointState::ldmxcsr);
    table.put(Mnemonic.STMXCSR, FloatingPointState::stmxcsr);
    table.put(Mnemonic.FNOP, x87((cpu, in) -> {}));
    table.put(Mnemonic.FNINIT, x87((cpu, in) -> control(cpu, 0x37F, 0)));
    table.put(Mnemonic.FNCLEX, x87((cpu, in) -> cpu.s.fpuStatus &= 0x7F00));
    table.put(Mnemonic.FNSTCW, x87((cpu, in) -> Operands.write(cpu, in, 0, cpu.s.fpuControl)));
    table.put(Mnemonic.FNSTSW, x87((cpu, in) -> Operands.write(cpu, in, 0, cpu.s.fpuStatus)));
    table.put(
        Mnemonic.FLDCW,
        x87((cpu, in) -> cpu.s.fpuControl = (int) Operands.read(cpu, in, 0) & 0x1F3F | 0x40));
    table.put(Mnemonic.FWAIT, FloatingPointState::fwait);
    table.put(Mnemonic.EMMS, FloatingPointState::emms);
    Mnemonic[] notAdvertised = {Mnemonic.RDRAND, Mnemonic.RDSEED};
    for (Mnemonic m : notAdvertised) {
      table.put(
          m,
          (cpu, in) -> {
            throw Checks.ud(cpu);
          });
    }
  }

  private static void control(Processor cpu, int control, int status) {
    cpu.s.fpuControl = control;
    cpu.s.fpuStatus = status;
  }

  /** #NM with CR0.EM or CR0.TS. */
  private static Helper x87(Helper body) {
    return (cpu, in) -> {
      available(cpu, CpuState.CR0_EM | CpuState.CR0_TS);
      body.run(cpu, in);
    };
  }

  private static void available(Processor cpu, long cr0Bits) {
    if ((cpu.s.cr0 & cr0Bits) != 0) {
      throw cpu.fault.with(GuestFault.NM);
    }
  }

  private static void fwait(Processor cpu, Instruction in) {
    long both = CpuState.CR0_MP | CpuState.CR0_TS;
    if ((cpu.s.cr0 & both) == both) {
      throw cpu.fault.with(GuestFault.NM);
    }
  }

  private static void emms(Processor cpu, Instruction in) {
    if ((cpu.s.cr0 & CpuState.CR0_EM) != 0) {
      throw Checks.ud(cpu);
    }
    available(cpu, CpuState.CR0_TS);
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

  // The parts of the image, for XSAVE and its kin too

  /** True unless the x87 state is the one that {@link #initialise} makes. */
  static boolean inUse(CpuState s) {
    return s.fpuControl != 0x37F || s.fpuStatus != 0;
  }

  /** Initial state: FNINIT's, registers and pointers 0. */
  static void initialise(CpuState s) {
    s.fpuControl = 0x37F;
    s.fpuStatus = 0;
  }

  /** Writes the x87 part of the image at {@code va}: bytes 0 to 23 and 32 to 159. */
  static void save(Processor cpu, Instruction in, long va) {
    CpuState s = cpu.s;
    cpu.mmu.store64(va, s.fpuControl & 0xFFFF | (s.fpuStatus & 0xFFFFL) << 16);
    cpu.mmu.store64(va + 8, 0);
    cpu.mmu.store64(va + 16, 0);
    for (int at = 32; at < XMM_OFFSET; at += 8) {
      cpu.mmu.store64(va + at, 0);
    }
  }

  /** Reads what {@link #save} wrote. */
  static void restore(Processor cpu, Instruction in, long va) {
    control(cpu, (int) cpu.mmu.load16(va) & 0x1F3F | 0x40, (int) cpu.mmu.load16(va + 2) & 0xFFFF);
  }

  /** Writes the XMM registers into the image at {@code va}. */
  static void saveXmm(Processor cpu, Instruction in, long va) {
    for (int i = 0; i < 2 * registers(in); i++) {
      cpu.mmu.store64(va + XMM_OFFSET + 8L * i, cpu.s.xmm[i]);
    }
  }

  /** Reads what {@link #saveXmm} wrote. */
  static void restoreXmm(Processor cpu, Instruction in, long va) {
    for (int i = 0; i < 2 * registers(in); i++) {
      cpu.s.xmm[i] = cpu.mmu.load64(va + XMM_OFFSET + 8L * i);
    }
  }
}
