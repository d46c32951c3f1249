package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.vcpu.Processor;

/**
 * The 64-bit IDT: 16-byte gates, interrupt stack table, always a full frame (Intel SDM vol. 3A,
 * 6.14).
 *
 * <pre>
 *  new RSP + 40  SS        (one slot higher with an error code)
 *          + 32  RSP
 *          + 24  RFLAGS
 *          + 16  CS
 *          +  8  RIP
 *          +  0  error code
 * </pre>
 */
final class LongModeEntry {
  private LongModeEntry() {}

  static void enter(Processor cpu, Cause cause) {
    CpuState s = cpu.s;
    int ext = cause.ext();
    int gateError = DescriptorTables.gateError(cause.vector(), ext);
    Descriptor gate = DescriptorTables.gate(cpu, cause.vector(), ext);
    int type = gate.type();
    boolean known = !gate.memory() && (type == Descriptor.INTERRUPT || type == Descriptor.TRAP);
    if (!known || cause.checkDpl() && gate.dpl() < s.cpl) {
      throw cpu.fault.with(GuestFault.GP, gateError);
    }
    if (!gate.present()) {
      throw cpu.fault.with(GuestFault.NP, gateError);
    }
    Descriptor code = ProtectedModeEntry.target(cpu, gate.gateSelector(), ext);
    if (!code.longMode() || code.big()) {
      throw cpu.fault.with(GuestFault.GP, gate.gateSelector() & 0xFFFC | ext);
    }
    long offset = gate.gateOffset();
    if (!s.canonical(offset)) {
      throw cpu.fault.with(GuestFault.GP, ext);
    }
    int level = code.conforming() ? s.cpl : code.dpl();
    boolean inner = level < s.cpl;
    long rsp = stack(cpu, gate.ist(), level, inner, ext) & ~15L;
    long frame = push(cpu, cause, rsp, level < 3 && (inner || gate.ist() != 0));
    DescriptorTables.setAccessed(cpu, code);

    s.r[4] = frame;
    if (inner) {
      Segments.loadNull(s, Segment.SS, level);
    }
    code.into(s, Segment.CS, gate.gateSelector() & ~3 | level);
    Segments.privilege(cpu, level);
    s.refreshSegmentBases();
    s.rip = offset;
    Delivery.maskFlags(s, type == Descriptor.INTERRUPT);
  }

  private static long stack(Processor cpu, int ist, int level, boolean inner, int ext) {
    if (ist != 0) {
      return TaskState.ist(cpu, ist, ext);
    }
    if (inner) {
      return TaskState.rsp(cpu, level, ext);
    }
    return cpu.s.r[4];
  }

  private static long push(Processor cpu, Cause cause, long rsp, boolean switched) {
    CpuState s = cpu.s;
    int bytes = cause.hasErrorCode() ? 48 : 40;
    long va = rsp - bytes;
    if (!s.canonical(va)) {
      throw cpu.fault.with(GuestFault.SS, cause.ext());
    }
    int ss = s.segments[Segment.SS].selector;
    int cs = s.segments[Segment.CS].selector;
    if (cause.hasErrorCode()) {
      Stacks.write(
          cpu,
          va,
          8,
          switched,
          cause.errorCode() & 0xFFFF_FFFFL,
          s.rip,
          cs,
          cause.flagsImage(s),
          s.r[4],
          ss);
    } else {
      Stacks.write(cpu, va, 8, switched, s.rip, cs, cause.flagsImage(s), s.r[4], ss);
    }
    return va;
  }
}
