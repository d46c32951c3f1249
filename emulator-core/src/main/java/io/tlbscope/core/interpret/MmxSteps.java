package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.VectorFunction;
import io.tlbscope.core.vcpu.Processor;

/** MMX registers, which are the significands of the x87 registers. */
final class MmxSteps {
  private MmxSteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case MMX_GET -> new Get(op);
      case MMX_PUT -> new Put(op);
      case MMX -> new Apply(op);
      default -> null;
    };
  }

  private static final class Get extends AluStep {
    private final int from;

    Get(IrOp op) {
      super(op);
      from = op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = cpu.s.x87.significand[from];
    }
  }

  private static final class Put extends AluStep {
    private final int to;

    Put(IrOp op) {
      super(op);
      to = op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      X87State x87 = cpu.s.x87;
      x87.toMmx();
      if (to >= 0) {
        x87.mmx(to, r[b]);
      }
    }
  }

  private static final class Apply extends AluStep {
    private final VectorFunction.Half function;

    Apply(IrOp op) {
      super(op);
      function = op.extra(VectorFunction.Half.class);
    }

    /** The source stands in the upper half of the destination too: where packs look for it. */
    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = function.apply(r[a], r[b], r[b], 0, (int) imm);
    }
  }
}
