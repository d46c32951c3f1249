package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.trap.Segments;
import io.tlbscope.core.trap.Stacks;
import io.tlbscope.core.vcpu.Processor;

/**
 * What is peculiar to virtual-8086 mode: the IOPL-sensitive instructions, the virtual interrupt
 * flag of VME and PVI, and interrupts that stay inside the mode (Intel SDM vol. 3B, 20.2 to 20.4).
 *
 * <pre>
 *   INT n, by IOPL, CR4.VME and the vector's bit in the TSS's redirection map:
 *     IOPL 3, no VME or bit 1   through the IDT
 *     IOPL 3, VME, bit 0        through the vector table at 0, clears IF
 *     IOPL 0..2, VME, bit 0     the same, with VIF in IF's place
 *     else                      #GP(0)
 * </pre>
 */
final class Virtual8086 {
  /** Offset of the I/O map base in a TSS; the redirection map's 32 bytes end where it begins. */
  private static final int IO_MAP_BASE = 0x66, REDIRECTION = 32;

  private Virtual8086() {}

  /** In virtual-8086 mode with IOPL below 3. */
  static boolean restricted(CpuState s) {
    return s.virtual8086() && Checks.iopl(s) < 3;
  }

  private static boolean vme(CpuState s) {
    return (s.cr4 & CpuState.CR4_VME) != 0;
  }

  /** CLI and STI may use VIF: VME in virtual-8086 mode, PVI at CPL 3 outside. */
  static boolean virtualInterrupts(CpuState s) {
    if (!s.protectedMode() || s.cpl != 3 || Checks.iopl(s) == 3) {
      return false;
    }
    return s.virtual8086() ? vme(s) : (s.cr4 & CpuState.CR4_PVI) != 0;
  }

  /** #GP(0) unless PUSHF, POPF and IRET of this operand size may use VIF in IF's place. */
  static void needVme(Processor cpu, int bytes) {
    if (!vme(cpu.s) || bytes != 2) {
      throw Checks.gp(cpu);
    }
  }

  /** FLAGS as PUSHF and INT show them: IOPL 3, VIF in IF's place. */
  static long image(CpuState s) {
    long flags = s.flags.rflags();
    boolean vif = (flags & CpuState.VIF) != 0;
    return (flags | CpuState.IOPL) & ~CpuState.IF | (vif ? CpuState.IF : 0);
  }

  /** POPF and IRET with {@link #needVme}: IF goes into VIF. Gives the image to load. */
  static int popped(Processor cpu, int image) {
    boolean pending = (cpu.s.flags.system() & CpuState.VIP) != 0;
    boolean enables = (image & CpuState.IF) != 0;
    if (pending && enables || (image & CpuState.TF) != 0) {
      throw Checks.gp(cpu);
    }
    return enables ? image | CpuState.VIF : image & ~CpuState.VIF;
  }

  /**
   * INT n in virtual-8086 mode; {@code nextRip} is the return address.
   *
   * @return true if it was done here, false if it goes through the IDT
   */
  static boolean interrupt(Processor cpu, int vector) {
    CpuState s = cpu.s;
    boolean restricted = Checks.iopl(s) < 3;
    if (!vme(s) || redirected(cpu, vector)) {
      if (restricted) {
        throw Checks.gp(cpu);
      }
      return false;
    }
    long target = cpu.mmu.load32(vector * 4L);
    long flags = restricted ? image(s) : s.flags.rflags();
    long va = Stacks.push(cpu, 6, 0);
    cpu.mmu.probeWrite(va, 6);
    int cs = s.segments[Segment.CS].selector;
    Stacks.write(cpu, va, 2, false, cpu.nextRip, cs, flags & 0xFFFF);
    Stacks.pointer(s, s.r[4] - 6);
    Segments.loadReal(s, Segment.CS, (int) (target >>> 16));
    int clear = CpuState.TF | CpuState.NT | (restricted ? CpuState.VIF : CpuState.IF);
    s.flags.system(s.flags.system() & ~clear);
    cpu.nextRip = target & 0xFFFF;
    cpu.delivered++;
    cpu.leaveBlock = true;
    return true;
  }

  /** The vector's bit in the redirection map; #GP(0) if the TSS has none. */
  private static boolean redirected(Processor cpu, int vector) {
    CpuState s = cpu.s;
    if (!TableRegisters.hasTss32(s) || s.tr.limit < IO_MAP_BASE + 1) {
      throw Checks.gp(cpu);
    }
    long map = cpu.mmu.loadSystem(s.tr.base + IO_MAP_BASE, 2) - REDIRECTION + (vector >> 3);
    if (map < 0 || map > s.tr.limit) {
      throw Checks.gp(cpu);
    }
    return (cpu.mmu.loadSystem(s.tr.base + map, 1) >>> (vector & 7) & 1) != 0;
  }
}
