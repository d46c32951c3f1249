package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Msrs;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.MsrHooks;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/**
 * RDMSR and WRMSR: plugins first, then registers with an effect, then plain storage (Intel SDM vol.
 * 4).
 */
final class ModelSpecific {
  private static final int RCX = 1;
  private static final long EFER_WRITABLE =
      CpuState.EFER_SCE | CpuState.EFER_LME | CpuState.EFER_NXE;

  private ModelSpecific() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.RDMSR, ModelSpecific::rdmsr);
    table.put(Mnemonic.WRMSR, ModelSpecific::wrmsr);
  }

  private static void rdmsr(Processor cpu, Instruction in) {
    Checks.privileged(cpu);
    int msr = Checks.low(cpu, RCX);
    long[] value = new long[1];
    switch (MsrHooks.read(cpu, msr, value)) {
      case FAULT -> throw Checks.gp(cpu);
      case NONE -> value[0] = read(cpu, msr, value);
      case DONE -> {}
    }
    Checks.edxEax(cpu, value[0]);
  }

  private static long read(Processor cpu, int msr, long[] value) {
    CpuState s = cpu.s;
    return switch (msr) {
      case Msrs.TSC -> TimeStamp.now(cpu);
      case Msrs.SYSENTER_CS -> s.sysenterCs;
      case Msrs.SYSENTER_ESP -> s.sysenterEsp;
      case Msrs.SYSENTER_EIP -> s.sysenterEip;
      case Msrs.PAT -> s.pat;
      case Msrs.EFER -> s.efer;
      case Msrs.STAR -> s.star;
      case Msrs.LSTAR -> s.lstar;
      case Msrs.CSTAR -> s.cstar;
      case Msrs.FMASK -> s.sfmask;
      case Msrs.FS_BASE -> s.segments[Segment.FS].base;
      case Msrs.GS_BASE -> s.segments[Segment.GS].base;
      case Msrs.KERNEL_GS_BASE -> s.kernelGsBase;
      case Msrs.TSC_AUX -> s.tscAux;
      default -> {
        if (!s.msrs.read(msr, s.cpuid.isIntel(), value)) {
          throw Checks.gp(cpu);
        }
        yield value[0];
      }
    };
  }

  private static void wrmsr(Processor cpu, Instruction in) {
    Checks.privileged(cpu);
    int msr = Checks.low(cpu, RCX);
    long value = Checks.edxEax(cpu);
    // An interrupt controller may have raised an event for this vCPU: look before the next
    // instruction.
    cpu.leaveBlock = true;
    switch (MsrHooks.write(cpu, msr, value)) {
      case FAULT -> throw Checks.gp(cpu);
      case NONE -> write(cpu, msr, value);
      case DONE -> {}
    }
  }

  private static void write(Processor cpu, int msr, long value) {
    CpuState s = cpu.s;
    switch (msr) {
      case Msrs.TSC -> s.tscOffset = value - cpu.now();
      case Msrs.SYSENTER_CS -> s.sysenterCs = value & 0xFFFF_FFFFL;
      case Msrs.SYSENTER_ESP -> s.sysenterEsp = Checks.canonicalBase(cpu, value);
      case Msrs.SYSENTER_EIP -> s.sysenterEip = Checks.canonicalBase(cpu, value);
      case Msrs.PAT -> s.pat = checked(cpu, Msrs.memoryTypes(value, true), value);
      case Msrs.EFER -> efer(cpu, value);
      case Msrs.STAR -> s.star = value;
      case Msrs.LSTAR -> s.lstar = Checks.canonicalBase(cpu, value);
      case Msrs.CSTAR -> s.cstar = Checks.canonicalBase(cpu, value);
      case Msrs.FMASK -> s.sfmask = checked(cpu, value >>> 32 == 0, value);
      case Msrs.FS_BASE -> FsGsBase.set(cpu, Segment.FS, Checks.canonicalBase(cpu, value));
      case Msrs.GS_BASE -> FsGsBase.set(cpu, Segment.GS, Checks.canonicalBase(cpu, value));
      case Msrs.KERNEL_GS_BASE -> s.kernelGsBase = Checks.canonicalBase(cpu, value);
      case Msrs.TSC_AUX -> s.tscAux = checked(cpu, value >>> 32 == 0, value);
      default -> checked(cpu, s.msrs.write(msr, s.cpuid.isIntel(), value), value);
    }
  }

  private static long checked(Processor cpu, boolean good, long value) {
    if (!good) {
      throw Checks.gp(cpu);
    }
    return value;
  }

  /** LMA is read-only; LME may not change while paging is on (Intel SDM vol. 3A, 2.2.1). */
  private static void efer(Processor cpu, long value) {
    CpuState s = cpu.s;
    boolean lmeChanges = ((value ^ s.efer) & CpuState.EFER_LME) != 0;
    if ((value & ~(EFER_WRITABLE | CpuState.EFER_LMA)) != 0
        || lmeChanges && (s.cr0 & CpuState.CR0_PG) != 0) {
      throw Checks.gp(cpu);
    }
    long before = s.efer;
    s.efer = value & EFER_WRITABLE | before & CpuState.EFER_LMA;
    ControlRegisters.changed(cpu, Msrs.EFER, before, s.efer);
  }
}
