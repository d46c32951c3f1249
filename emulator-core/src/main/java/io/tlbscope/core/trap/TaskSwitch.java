package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.hook.MsrHooks;
import io.tlbscope.core.vcpu.Processor;

/**
 * Hardware task switches (Intel SDM vol. 3A, 7.3). What can fault for the old task does so before
 * anything has changed; what is wrong with the new task's segments is found when its registers are
 * loaded, and the exception belongs to it.
 */
public final class TaskSwitch {
  /** What asks for the switch. */
  public enum By {
    JUMP,
    CALL,
    INTERRUPT,
    RETURN
  }

  /** DR7's local enables, which a switch clears. */
  private static final long DR7_LOCAL = 0x155;

  private static final int DR6_BT = 1 << 15;

  /** The busy bit of a TSS descriptor's type. */
  private static final int BUSY = 2;

  private TaskSwitch() {}

  /**
   * Checks the TSS that a task gate or a far transfer names.
   *
   * @return its descriptor, present and not busy
   */
  public static Descriptor available(Processor cpu, int selector, int ext) {
    int error = selector & 0xFFFC | ext;
    if ((selector & 4) != 0) {
      throw cpu.fault.with(GuestFault.GP, error);
    }
    Descriptor tss = DescriptorTables.read(cpu, selector, GuestFault.GP, ext);
    if (tss.memory() || tss.type() != Descriptor.TSS && tss.type() != Descriptor.TSS16) {
      throw cpu.fault.with(GuestFault.GP, error);
    }
    if (!tss.present()) {
      throw cpu.fault.with(GuestFault.NP, error);
    }
    return tss;
  }

  /** IRET with NT: back to the task that the current TSS links to. */
  public static void back(Processor cpu, long returnRip) {
    CpuState s = cpu.s;
    int link = (int) cpu.mmu.loadSystem(s.tr.base & 0xFFFF_FFFFL, 2);
    int error = link & 0xFFFC;
    if ((link & 4) != 0) {
      throw cpu.fault.with(GuestFault.TS, error);
    }
    Descriptor tss = DescriptorTables.read(cpu, link, GuestFault.TS, 0);
    boolean busy = tss.type() == Descriptor.TSS_BUSY || tss.type() == Descriptor.TSS16_BUSY;
    if (tss.memory() || !busy) {
      throw cpu.fault.with(GuestFault.TS, error);
    }
    if (!tss.present()) {
      throw cpu.fault.with(GuestFault.NP, error);
    }
    long flags = s.flags.rflags() & ~CpuState.NT;
    to(cpu, tss, By.RETURN, returnRip, flags, 0);
  }

  /**
   * Leaves the current task for that of {@code tss}; {@code s.rip} becomes the new task's.
   *
   * @param returnRip where the current task goes on
   * @param flags its flags as they are saved
   * @param ext bit 0 of the error codes of faults
   */
  public static void to(Processor cpu, Descriptor tss, By by, long returnRip, long flags, int ext) {
    CpuState s = cpu.s;
    boolean wide = (tss.type() & 8) != 0;
    boolean oldWide = (s.tr.attributes & 8) != 0;
    if (tss.limit() < TaskImage.last(wide)) {
      throw cpu.fault.with(GuestFault.TS, tss.selector() & 0xFFFC | ext);
    }
    TaskImage image = TaskImage.load(cpu, tss.base(), wide);
    boolean paging = wide && (s.cr0 & CpuState.CR0_PG) != 0;
    boolean nested = by == By.CALL || by == By.INTERRUPT;
    TaskImage.probe(cpu, s.tr.base, oldWide);
    cpu.mmu.probeSystem(tss.va() + 5, 1);
    if (nested) {
      cpu.mmu.probeSystem(tss.base(), 2);
    }
    if (paging && (s.cr4 & CpuState.CR4_PAE) != 0) {
      cpu.mmu.checkPdptes(image.cr3());
    }

    if (!nested) {
      clearBusy(cpu);
    }
    TaskImage.save(cpu, s.tr.base, oldWide, returnRip, flags);
    if (nested) {
      cpu.mmu.storeSystem(tss.base(), 2, s.tr.selector);
    }
    cpu.storeLocked(tss.va() + 5, 1, tss.low() >>> 40 & 0xFF | BUSY);
    s.tr.selector = tss.selector() & 0xFFFF;
    s.tr.base = tss.base();
    s.tr.limit = tss.limit();
    s.tr.attributes = tss.attributes() | BUSY;
    load(cpu, image, paging, nested ? CpuState.NT : 0, wide);
    TaskSegments.load(cpu, image, ext);
    if (image.trap()) {
      s.breakpoints.hits |= DR6_BT;
      cpu.signal();
    }
  }

  private static void clearBusy(Processor cpu) {
    CpuState s = cpu.s;
    long va = DescriptorTables.linear(s, s.gdtBase + (s.tr.selector & 0xFFF8) + 5);
    cpu.storeLocked(va, 1, cpu.mmu.loadSystem(va, 1) & ~BUSY);
  }

  /** Everything that cannot fault; segments get their selectors and are not usable yet. */
  private static void load(
      Processor cpu, TaskImage image, boolean paging, int nested, boolean wide) {
    CpuState s = cpu.s;
    if (paging) {
      long before = s.cr3;
      s.cr3 = image.cr3();
      cpu.mmu.cr3Written(s.cr3);
      MsrHooks.controlWritten(cpu, 3, before, s.cr3);
    }
    long before = s.cr0;
    s.cr0 |= CpuState.CR0_TS;
    MsrHooks.controlWritten(cpu, 0, before, s.cr0);
    for (int i = 0; i < image.general().length; i++) {
      s.r[i] = image.general()[i];
    }
    s.rip = image.rip();
    int flags = image.flags() & (wide ? 0x3F_7FD7 : 0x7FD7) | nested;
    s.flags.rflags(flags);
    s.dr[7] &= ~DR7_LOCAL;
    boolean armed = s.breakpoints.armed;
    s.breakpoints.refresh(s.dr);
    if (armed) {
      cpu.mmu.dropLookAside();
    }
    for (int i = 0; i < s.segments.length; i++) {
      Segments.loadNull(s, i, image.selectors()[i]);
    }
    boolean vm = s.virtual8086();
    s.cpl = vm ? 3 : image.selectors()[Segment.CS] & 3;
    cpu.mmu.modeChanged();
    s.interruptShadow = s.debugShadow = false;
    cpu.leaveBlock = true;
    // No single-step trap of the old task meets the new one.
    cpu.delivered++;
  }
}
