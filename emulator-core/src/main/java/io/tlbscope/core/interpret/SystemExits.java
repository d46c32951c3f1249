package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Lifter.HelperCall;
import io.tlbscope.core.vcpu.Processor;

/** Ends of a block after which anything may be different: helpers, exceptions. */
final class SystemExits {
  private SystemExits() {}

  /**
   * @param rip offset of the instruction
   * @param before instructions of the block before it
   * @param text bytes and disassembly, for errors
   */
  static Exit of(IrOp op, long rip, int before, String text) {
    return switch (op.op()) {
      case HELPER -> new Help(op, rip, before);
      case RAISE -> new Raise(op);
      case UNIMPLEMENTED -> new Unimplemented(text);
      default -> null;
    };
  }

  private static final class Help extends Exit {
    private final HelperCall call;
    private final long rip, next;
    private final int before;

    Help(IrOp op, long rip, int before) {
      call = op.extra(HelperCall.class);
      this.rip = rip;
      this.next = op.imm();
      this.before = before;
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      cpu.position = -1;
      cpu.s.rip = rip;
      cpu.s.retired += before;
      cpu.nextRip = next;
      call.helper().run(cpu, call.instruction());
      cpu.s.rip = cpu.nextRip;
      cpu.s.retired -= before;
      return ANYTHING;
    }
  }

  private static final class Raise extends Exit {
    private final int vector;
    private final boolean code;

    Raise(IrOp op) {
      vector = (int) op.imm();
      code = op.sub() != 0;
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      throw code ? cpu.fault.with(vector, 0) : cpu.fault.with(vector);
    }
  }

  private static final class Unimplemented extends Exit {
    private final String text;

    Unimplemented(String text) {
      this.text = text;
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      throw new EmulatorError("unimplemented-instruction", "vCPU " + cpu.index() + " reached " + text);
    }
  }
}
