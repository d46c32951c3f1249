package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.trap.Descriptor;
import io.tlbscope.core.trap.DescriptorTables;
import io.tlbscope.core.trap.Segments;
import io.tlbscope.core.trap.Stacks;
import io.tlbscope.core.trap.TaskState;
import io.tlbscope.core.trap.TaskSwitch;
import io.tlbscope.core.vcpu.Processor;
import java.util.Map;

/** Far JMP and CALL: code segments and call gates (Intel SDM vol. 2A, CALL; vol. 3A, 5.8). */
final class FarTransfers {
  private FarTransfers() {}

  static void register(Map<Mnemonic, Helper> table) {
    table.put(Mnemonic.JMP_FAR, (cpu, in) -> transfer(cpu, in, false));
    table.put(Mnemonic.CALL_FAR, (cpu, in) -> transfer(cpu, in, true));
  }

  private static void transfer(Processor cpu, Instruction in, boolean call) {
    int bytes = in.operandBits() / 8;
    int selector;
    long offset;
    if (in.operand(0) instanceof Operand.FarPointer far) {
      selector = far.selector();
      offset = far.offset();
    } else {
      Operand.Memory m = (Operand.Memory) in.operand(0);
      offset = Operands.load(cpu, Operands.linear(cpu, in, m, 0, bytes, false), bytes);
      selector = (int) Operands.load(cpu, Operands.linear(cpu, in, m, bytes, 2, false), 2);
    }
    if (cpu.s.protectedMode() && !cpu.s.virtual8086()) {
      protectedMode(cpu, selector, offset, bytes, call);
    } else {
      realMode(cpu, selector, offset, bytes, call);
    }
  }

  private static void realMode(Processor cpu, int selector, long offset, int bytes, boolean call) {
    CpuState s = cpu.s;
    if (offset > s.segments[Segment.CS].limit) {
      throw Checks.gp(cpu);
    }
    if (call) {
      pushReturn(cpu, bytes);
    }
    Segments.loadReal(s, Segment.CS, selector);
    cpu.nextRip = offset;
  }

  private static void pushReturn(Processor cpu, int bytes) {
    CpuState s = cpu.s;
    long va = Stacks.push(cpu, 2 * bytes, 0);
    Stacks.write(cpu, va, bytes, false, cpu.nextRip, s.segments[Segment.CS].selector);
    Stacks.pointer(s, s.r[4] - 2L * bytes);
  }

  private static void protectedMode(
      Processor cpu, int selector, long offset, int bytes, boolean call) {
    CpuState s = cpu.s;
    if ((selector & 0xFFFC) == 0) {
      throw Checks.gp(cpu);
    }
    Descriptor d = DescriptorTables.read(cpu, selector, GuestFault.GP, 0);
    if (!d.code()) {
      gate(cpu, d, selector, call);
      return;
    }
    boolean allowed =
        d.conforming() ? d.dpl() <= s.cpl : (selector & 3) <= s.cpl && d.dpl() == s.cpl;
    if (!allowed) {
      throw cpu.fault.with(GuestFault.GP, selector & 0xFFFC);
    }
    Transfers.checkWidth(cpu, d);
    if (!d.present()) {
      throw cpu.fault.with(GuestFault.NP, selector & 0xFFFC);
    }
    Transfers.checkOffset(cpu, d, offset);
    DescriptorTables.setAccessed(cpu, d);
    if (call) {
      pushReturn(cpu, bytes);
    }
    enter(cpu, d, s.cpl, offset);
  }

  /** The accessed bit was set before, as that may fault and a push moves the stack pointer. */
  private static void enter(Processor cpu, Descriptor code, int level, long offset) {
    Transfers.loadCode(cpu.s, code, level);
    Segments.privilege(cpu, level);
    cpu.s.refreshSegmentBases();
    cpu.nextRip = offset;
  }

  private static void gate(Processor cpu, Descriptor first, int selector, boolean call) {
    CpuState s = cpu.s;
    int error = selector & 0xFFFC;
    boolean longMode = s.longModeActive();
    int type = first.type();
    boolean task =
        type == Descriptor.TASK_GATE || type == Descriptor.TSS || type == Descriptor.TSS16;
    boolean callGate = type == Descriptor.CALL || type == Descriptor.CALL16 && !longMode;
    if (first.memory() || !callGate && (longMode || !task)) {
      throw cpu.fault.with(GuestFault.GP, error);
    }
    Descriptor gate = DescriptorTables.readSystem(cpu, selector, GuestFault.GP, 0);
    if (gate.dpl() < s.cpl || gate.dpl() < (selector & 3) || (gate.high() >>> 40 & 0x1F) != 0) {
      throw cpu.fault.with(GuestFault.GP, error);
    }
    if (!gate.present()) {
      throw cpu.fault.with(GuestFault.NP, error);
    }
    if (task) {
      task(cpu, type == Descriptor.TASK_GATE ? gate.gateSelector() : selector, call);
      return;
    }
    Descriptor code = target(cpu, gate.gateSelector(), call);
    long offset =
        type == Descriptor.CALL16
            ? gate.gateOffset() & 0xFFFF
            : longMode ? gate.gateOffset() : gate.gateOffset() & 0xFFFF_FFFFL;
    Transfers.checkOffset(cpu, code, offset);
    int size = longMode ? 8 : type == Descriptor.CALL16 ? 2 : 4;
    DescriptorTables.setAccessed(cpu, code);
    boolean inner = call && !code.conforming() && code.dpl() < s.cpl;
    if (inner) {
      innerCall(cpu, code, size, longMode ? 0 : gate.count());
    } else if (call) {
      pushReturn(cpu, size);
    }
    enter(cpu, code, inner ? code.dpl() : s.cpl, offset);
  }

  private static void task(Processor cpu, int selector, boolean call) {
    Descriptor tss = TaskSwitch.available(cpu, selector, 0);
    TaskSwitch.By by = call ? TaskSwitch.By.CALL : TaskSwitch.By.JUMP;
    TaskSwitch.to(cpu, tss, by, cpu.nextRip, cpu.s.flags.rflags(), 0);
    cpu.nextRip = cpu.s.rip;
  }

  private static Descriptor target(Processor cpu, int selector, boolean call) {
    if ((selector & 0xFFFC) == 0) {
      throw Checks.gp(cpu);
    }
    Descriptor code = DescriptorTables.read(cpu, selector, GuestFault.GP, 0);
    boolean wrongLevel =
        code.dpl() > cpu.s.cpl || !call && !code.conforming() && code.dpl() != cpu.s.cpl;
    boolean wrongWidth = cpu.s.longModeActive() && (!code.longMode() || code.big());
    if (!code.code() || wrongLevel || wrongWidth) {
      throw cpu.fault.with(GuestFault.GP, selector & 0xFFFC);
    }
    if (!code.present()) {
      throw cpu.fault.with(GuestFault.NP, selector & 0xFFFC);
    }
    return code;
  }

  /** Switches to the stack of the code's level and copies {@code count} parameters. */
  private static void innerCall(Processor cpu, Descriptor code, int size, int count) {
    CpuState s = cpu.s;
    int level = code.dpl();
    long[] frame = new long[4 + count];
    frame[0] = cpu.nextRip;
    frame[1] = s.segments[Segment.CS].selector;
    for (int i = 0; i < count; i++) {
      frame[2 + i] = Stacks.read(cpu, Stacks.peek(cpu, i * size, size), size);
    }
    frame[2 + count] = s.r[4];
    frame[3 + count] = s.segments[Segment.SS].selector;
    int bytes = frame.length * size;
    if (size == 8) {
      long rsp = TaskState.rsp(cpu, level, 0) - bytes;
      Stacks.write(cpu, rsp, size, true, frame);
      Segments.loadNull(s, Segment.SS, level);
      s.r[4] = rsp;
    } else {
      TaskState.InnerStack stack = TaskState.inner(cpu, level, 0);
      Stacks.write(cpu, stack.below(cpu, bytes, 0), size, true, frame);
      DescriptorTables.setAccessed(cpu, stack.descriptor());
      stack.descriptor().into(s, Segment.SS, stack.selector());
      Stacks.pointer(s, stack.esp() - bytes);
    }
  }
}
