package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.MsrHooks;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.trap.Descriptor;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * MOV to and from CR0, CR2, CR3, CR4 and CR8, LMSW, SMSW, CLTS (Intel SDM vol. 3A, 2.5; vol. 2B,
 * MOV).
 */
final class ControlRegisters {
  private static final long CR0_DEFINED =
      CpuState.CR0_PE
          | CpuState.CR0_MP
          | CpuState.CR0_EM
          | CpuState.CR0_TS
          | CpuState.CR0_ET
          | CpuState.CR0_NE
          | CpuState.CR0_WP
          | CpuState.CR0_AM
          | CpuState.CR0_NW
          | CpuState.CR0_CD
          | CpuState.CR0_PG;

  /** Bit 63 of MOV to CR3's operand: keep the PCID's entries. */
  private static final long CR3_NO_FLUSH = 1L << 63;

  /** Changes of these bits load the PDPTEs of PAE paging (Intel SDM vol. 3A, 4.4.1). */
  private static final long CR0_LOADS_PDPTES = CpuState.CR0_PG | CpuState.CR0_CD | CpuState.CR0_NW;

  private static final long CR4_LOADS_PDPTES =
      CpuState.CR4_PAE | CpuState.CR4_PGE | CpuState.CR4_PSE | CpuState.CR4_SMEP;

  private ControlRegisters() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.LMSW, ControlRegisters::lmsw);
    table.put(Mnemonic.SMSW, ControlRegisters::smsw);
    table.put(Mnemonic.CLTS, ControlRegisters::clts);
  }

  /** MOV r, CRn. */
  static void read(Processor cpu, Instruction in) {
    Checks.privileged(cpu);
    CpuState s = cpu.s;
    int n = ((Operand.Register) in.operand(1)).number();
    long value =
        switch (n) {
          case 0 -> s.cr0;
          case 2 -> s.cr2;
          case 3 -> s.cr3;
          case 4 -> s.cr4;
          case 8 -> readCr8(cpu);
          default -> throw Checks.ud(cpu);
        };
    Operands.write(cpu, in, 0, value);
  }

  private static long readCr8(Processor cpu) {
    long[] value = new long[1];
    return switch (MsrHooks.readCr8(cpu, value)) {
      case NONE -> cpu.s.cr8;
      case DONE -> value[0] & 15;
      case FAULT -> throw Checks.gp(cpu);
    };
  }

  /** MOV CRn, r. */
  static void write(Processor cpu, Instruction in) {
    Checks.privileged(cpu);
    long value = Operands.read(cpu, in, 1);
    switch (((Operand.Register) in.operand(0)).number()) {
      case 0 -> cr0(cpu, value);
      case 2 -> cpu.s.cr2 = value;
      case 3 -> cr3(cpu, value);
      case 4 -> cr4(cpu, value);
      case 8 -> cr8(cpu, value);
      default -> throw Checks.ud(cpu);
    }
  }

  private static void cr8(Processor cpu, long value) {
    if ((value & ~15L) != 0) {
      throw Checks.gp(cpu);
    }
    Claim claim = MsrHooks.writeCr8(cpu, value);
    if (claim == Claim.FAULT) {
      throw Checks.gp(cpu);
    }
    cpu.s.cr8 = value;
    cpu.leaveBlock = true;
  }

  /** Checks and sets CR0; enters and leaves IA-32e mode (Intel SDM vol. 3A, 9.8.5). */
  static void cr0(Processor cpu, long value) {
    CpuState s = cpu.s;
    boolean paging = (value & CpuState.CR0_PG) != 0;
    boolean pagingBefore = (s.cr0 & CpuState.CR0_PG) != 0;
    if (value >>> 32 != 0
        || paging && (value & CpuState.CR0_PE) == 0
        || (value & (CpuState.CR0_NW | CpuState.CR0_CD)) == CpuState.CR0_NW) {
      throw Checks.gp(cpu);
    }
    long efer = s.efer;
    if (paging && !pagingBefore && (efer & CpuState.EFER_LME) != 0) {
      boolean tss16 = (s.tr.attributes & 0x1D) == Descriptor.TSS16;
      if ((s.cr4 & CpuState.CR4_PAE) == 0 || s.segments[Segment.CS].longMode() || tss16) {
        throw Checks.gp(cpu);
      }
      efer |= CpuState.EFER_LMA;
    } else if (!paging && pagingBefore) {
      if (s.code64() || (s.cr4 & CpuState.CR4_PCIDE) != 0) {
        throw Checks.gp(cpu);
      }
      efer &= ~CpuState.EFER_LMA;
    }
    if (((value ^ s.cr0) & CR0_LOADS_PDPTES) != 0) {
      checkPdptes(cpu, value, s.cr4, efer, s.cr3);
    }
    long before = s.cr0;
    s.cr0 = value & CR0_DEFINED | CpuState.CR0_ET;
    s.efer = efer;
    s.refreshSegmentBases();
    changed(cpu, 0, before, s.cr0);
  }

  private static void cr3(Processor cpu, long value) {
    CpuState s = cpu.s;
    boolean pcids = (s.cr4 & CpuState.CR4_PCIDE) != 0;
    long kept = pcids ? value & ~CR3_NO_FLUSH : value;
    if (kept >>> CpuidModel.PHYSICAL_BITS != 0) {
      throw Checks.gp(cpu);
    }
    checkPdptes(cpu, s.cr0, s.cr4, s.efer, kept);
    long before = s.cr3;
    s.cr3 = kept;
    cpu.mmu.cr3Written(value);
    cpu.leaveBlock = true;
    MsrHooks.controlWritten(cpu, 3, before, kept);
  }

  private static void cr4(Processor cpu, long value) {
    CpuState s = cpu.s;
    boolean pcidsBefore = (s.cr4 & CpuState.CR4_PCIDE) != 0;
    boolean pcids = (value & CpuState.CR4_PCIDE) != 0;
    if ((value & ~s.cpuid.cr4Bits()) != 0
        || s.longModeActive() && (value & CpuState.CR4_PAE) == 0
        || s.longModeActive() && ((value ^ s.cr4) & CpuState.CR4_LA57) != 0
        || pcids && !pcidsBefore && (!s.longModeActive() || (s.cr3 & 0xFFF) != 0)) {
      throw Checks.gp(cpu);
    }
    if (((value ^ s.cr4) & CR4_LOADS_PDPTES) != 0) {
      checkPdptes(cpu, s.cr0, value, s.efer, s.cr3);
    }
    long before = s.cr4;
    s.cr4 = value;
    changed(cpu, 4, before, value);
  }

  /**
   * PAE paging as it will be, outside IA-32e mode, loads its PDPTEs: #GP(0) with nothing changed if
   * it may not (4.4.1).
   */
  private static void checkPdptes(Processor cpu, long cr0, long cr4, long efer, long cr3) {
    boolean pae =
        (cr0 & CpuState.CR0_PG) != 0
            && (cr4 & CpuState.CR4_PAE) != 0
            && (efer & CpuState.EFER_LMA) == 0;
    if (pae) {
      cpu.mmu.checkPdptes(cr3);
    }
  }

  /** Tells the memory view and the seam that a control register has a new value. */
  static void changed(Processor cpu, int register, long before, long after) {
    cpu.mmu.controlWritten(register, before, after);
    cpu.mmu.modeChanged();
    cpu.leaveBlock = true;
    MsrHooks.controlWritten(cpu, register, before, after);
  }

  /** Sets PE (never clears it), MP, EM and TS. */
  private static void lmsw(Processor cpu, Instruction in) {
    Checks.privileged(cpu);
    long low = Operands.read(cpu, in, 0) & 15 | cpu.s.cr0 & CpuState.CR0_PE;
    cr0(cpu, cpu.s.cr0 & ~15L | low);
  }

  private static void smsw(Processor cpu, Instruction in) {
    Checks.umip(cpu);
    Operands.write(cpu, in, 0, cpu.s.cr0);
  }

  private static void clts(Processor cpu, Instruction in) {
    Checks.privileged(cpu);
    cr0(cpu, cpu.s.cr0 & ~CpuState.CR0_TS);
  }
}
