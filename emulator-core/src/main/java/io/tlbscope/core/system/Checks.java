package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.vcpu.Processor;

/** Checks that many system instructions begin with. */
final class Checks {
  private Checks() {}

  static GuestFault gp(Processor cpu) {
    return cpu.fault.with(GuestFault.GP, 0);
  }

  static GuestFault ud(Processor cpu) {
    return cpu.fault.with(GuestFault.UD);
  }

  /** #GP(0) unless CPL is 0. */
  static void privileged(Processor cpu) {
    if (cpu.s.cpl != 0) {
      throw gp(cpu);
    }
  }

  /** #UD in real-address and virtual-8086 mode. */
  static void protectedMode(Processor cpu) {
    if (!cpu.s.protectedMode() || cpu.s.virtual8086()) {
      throw ud(cpu);
    }
  }

  /** #UD outside 64-bit code. */
  static void code64(Processor cpu) {
    if (!cpu.s.code64()) {
      throw ud(cpu);
    }
  }

  static boolean is64(Instruction in) {
    return in.mode() == CodeMode.BITS64;
  }

  /** #GP(0) for a non-canonical linear address. */
  static long canonical(Processor cpu, long va) {
    if (!cpu.s.canonical(va)) {
      throw gp(cpu);
    }
    return va;
  }

  /** As {@link #canonical}, for bases that are kept: by the width that the model has. */
  static long canonicalBase(Processor cpu, long va) {
    if (!canonicalBase(cpu.s, va)) {
      throw gp(cpu);
    }
    return va;
  }

  static boolean canonicalBase(CpuState s, long va) {
    int unused = 64 - s.cpuid.linearBits();
    return va << unused >> unused == va;
  }

  /** CR4.UMIP keeps SGDT, SIDT, SLDT, STR and SMSW from user code. */
  static void umip(Processor cpu) {
    if (cpu.s.cpl > 0 && (cpu.s.cr4 & CpuState.CR4_UMIP) != 0) {
      throw gp(cpu);
    }
  }

  static int iopl(CpuState s) {
    return s.flags.system() >> 12 & 3;
  }

  /** ECX, EDX and the like: the low half of a general register. */
  static int low(Processor cpu, int register) {
    return (int) cpu.r[register];
  }

  /** EDX:EAX. */
  static long edxEax(Processor cpu) {
    return cpu.r[2] << 32 | cpu.r[0] & 0xFFFF_FFFFL;
  }

  static void edxEax(Processor cpu, long value) {
    cpu.r[0] = value & 0xFFFF_FFFFL;
    cpu.r[2] = value >>> 32;
  }
}
