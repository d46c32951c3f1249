package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/**
 * Interrupt and trap gates of protected mode, 16 and 32 bits wide, and task gates (Intel SDM vol.
 * 3A, 6.10 to 6.13; from virtual-8086 mode vol. 3B, 20.3).
 */
final class ProtectedModeEntry {
  /** In the order in which virtual-8086 mode's are pushed above SS. */
  private static final int[] DATA = {Segment.ES, Segment.DS, Segment.FS, Segment.GS};

  private ProtectedModeEntry() {}

  static void enter(Processor cpu, Cause cause) {
    CpuState s = cpu.s;
    int ext = cause.ext();
    int gateError = DescriptorTables.gateError(cause.vector(), ext);
    Descriptor gate = DescriptorTables.gate(cpu, cause.vector(), ext);
    int type = gate.type();
    boolean task = type == Descriptor.TASK_GATE;
    boolean wide = type == Descriptor.INTERRUPT || type == Descriptor.TRAP;
    boolean narrow = type == Descriptor.INTERRUPT16 || type == Descriptor.TRAP16;
    if (gate.memory() || !task && !wide && !narrow || cause.checkDpl() && gate.dpl() < s.cpl) {
      throw cpu.fault.with(GuestFault.GP, gateError);
    }
    if (!gate.present()) {
      throw cpu.fault.with(GuestFault.NP, gateError);
    }
    if (task) {
      task(cpu, cause, gate.gateSelector());
      return;
    }
    Descriptor code = target(cpu, gate.gateSelector(), ext);
    boolean vm = s.virtual8086();
    if (vm && (code.conforming() || code.dpl() != 0)) {
      throw cpu.fault.with(GuestFault.GP, gate.gateSelector() & 0xFFFC | ext);
    }
    long offset = wide ? gate.gateOffset() & 0xFFFF_FFFFL : gate.gateOffset() & 0xFFFF;
    if (offset > code.limit()) {
      throw cpu.fault.with(GuestFault.GP, ext);
    }
    int level = code.conforming() ? s.cpl : code.dpl();
    int size = wide ? 4 : 2;
    if (level < s.cpl) {
      inner(cpu, cause, level, size);
    } else {
      long[] frame = frame(cause, s, false);
      Stacks.write(cpu, Stacks.push(cpu, frame.length * size, ext), size, false, frame);
      DescriptorTables.setAccessed(cpu, code);
      Stacks.pointer(s, s.r[4] - (long) frame.length * size);
    }
    if (vm) {
      for (int segment : DATA) {
        Segments.loadNull(s, segment, 0);
      }
    }
    code.into(s, Segment.CS, gate.gateSelector() & ~3 | level);
    Segments.privilege(cpu, level);
    s.refreshSegmentBases();
    s.rip = offset;
    Delivery.maskFlags(s, (type & 1) == 0);
  }

  /** The handler is a task of its own; an error code goes on its stack. */
  private static void task(Processor cpu, Cause cause, int selector) {
    int ext = cause.ext();
    Descriptor tss = TaskSwitch.available(cpu, selector, ext);
    long flags = cause.flagsImage(cpu.s);
    TaskSwitch.to(cpu, tss, TaskSwitch.By.INTERRUPT, cpu.s.rip, flags, ext);
    if (cause.hasErrorCode()) {
      int size = (tss.type() & 8) != 0 ? 4 : 2;
      Stacks.write(cpu, Stacks.push(cpu, size, ext), size, false, cause.errorCode());
      Stacks.pointer(cpu.s, cpu.s.r[4] - size);
    }
  }

  /** Checks a gate's code segment (Intel SDM vol. 3A, 6.12.1). */
  static Descriptor target(Processor cpu, int selector, int ext) {
    if ((selector & 0xFFFC) == 0) {
      throw cpu.fault.with(GuestFault.GP, ext);
    }
    Descriptor code = DescriptorTables.read(cpu, selector, GuestFault.GP, ext);
    if (!code.code() || code.dpl() > cpu.s.cpl) {
      throw cpu.fault.with(GuestFault.GP, selector & 0xFFFC | ext);
    }
    if (!code.present()) {
      throw cpu.fault.with(GuestFault.NP, selector & 0xFFFC | ext);
    }
    return code;
  }

  private static void inner(Processor cpu, Cause cause, int level, int size) {
    CpuState s = cpu.s;
    TaskState.InnerStack stack = TaskState.inner(cpu, level, cause.ext());
    long[] frame = frame(cause, s, true);
    int bytes = frame.length * size;
    Stacks.write(cpu, stack.below(cpu, bytes, cause.ext()), size, true, frame);
    DescriptorTables.setAccessed(cpu, stack.descriptor());
    stack.descriptor().into(s, Segment.SS, stack.selector());
    Stacks.pointer(s, stack.esp() - bytes);
  }

  /**
   * Lowest address first: error code, EIP, CS, EFLAGS and, to an inner level, ESP and SS; from
   * virtual-8086 mode then ES, DS, FS and GS.
   */
  private static long[] frame(Cause cause, CpuState s, boolean outer) {
    int n = 0;
    boolean vm = s.virtual8086();
    long[] frame = new long[3 + (cause.hasErrorCode() ? 1 : 0) + (outer ? 2 : 0) + (vm ? 4 : 0)];
    if (cause.hasErrorCode()) {
      frame[n++] = cause.errorCode();
    }
    frame[n++] = s.rip;
    frame[n++] = s.segments[Segment.CS].selector;
    frame[n++] = cause.flagsImage(s);
    if (outer) {
      frame[n++] = s.r[4];
      frame[n++] = s.segments[Segment.SS].selector;
    }
    for (int i = 0; vm && i < DATA.length; i++) {
      frame[n++] = s.segments[DATA[i]].selector;
    }
    return frame;
  }
}
