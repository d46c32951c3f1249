package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/**
 * Interrupt and trap gates of protected mode, 16 and 32 bits wide (Intel SDM vol. 3A, 6.10 to
 * 6.13).
 */
final class ProtectedModeEntry {
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
      throw new EmulatorError(
          "task-gate",
          "vector "
              + cause.vector()
              + " goes through a task gate: hardware task switches are not modelled");
    }
    Descriptor code = target(cpu, gate.gateSelector(), ext);
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
    code.into(s, Segment.CS, gate.gateSelector() & ~3 | level);
    Segments.privilege(cpu, level);
    s.refreshSegmentBases();
    s.rip = offset;
    Delivery.maskFlags(s, (type & 1) == 0);
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

  /** Lowest address first: error code, EIP, CS, EFLAGS and, to an inner level, ESP and SS. */
  private static long[] frame(Cause cause, CpuState s, boolean outer) {
    int n = 0;
    long[] frame = new long[3 + (cause.hasErrorCode() ? 1 : 0) + (outer ? 2 : 0)];
    if (cause.hasErrorCode()) {
      frame[n++] = cause.errorCode();
    }
    frame[n++] = s.rip;
    frame[n++] = s.segments[Segment.CS].selector;
    frame[n++] = cause.flagsImage(s);
    if (outer) {
      frame[n++] = s.r[4];
      frame[n] = s.segments[Segment.SS].selector;
    }
    return frame;
  }
}
