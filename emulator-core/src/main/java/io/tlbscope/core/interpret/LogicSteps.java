package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.vcpu.Processor;

/** AND, OR, XOR: sign-extended results are flags as they are. */
final class LogicSteps {
  private LogicSteps() {}

  static Step of(IrOp op) {
    boolean flags = op.flags();
    return switch (op.op()) {
      case AND -> flags ? new And(op) : new AndQuiet(op);
      case OR -> flags ? new Or(op) : new OrQuiet(op);
      case XOR -> flags ? new Xor(op) : new XorQuiet(op);
      default -> null;
    };
  }

  private static final class And extends AluStep {
    And(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long z = (r[a] & r[b] + imm) << up;
      r[d] = z >>> up;
      f.logic(z >> up);
    }
  }

  private static final class AndQuiet extends AluStep {
    AndQuiet(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = (r[a] & r[b] + imm) << up >>> up;
    }
  }

  private static final class Or extends AluStep {
    Or(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long z = (r[a] | r[b] + imm) << up;
      r[d] = z >>> up;
      f.logic(z >> up);
    }
  }

  private static final class OrQuiet extends AluStep {
    OrQuiet(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = (r[a] | r[b] + imm) << up >>> up;
    }
  }

  private static final class Xor extends AluStep {
    Xor(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long z = (r[a] ^ r[b] + imm) << up;
      r[d] = z >>> up;
      f.logic(z >> up);
    }
  }

  private static final class XorQuiet extends AluStep {
    XorQuiet(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = (r[a] ^ r[b] + imm) << up >>> up;
    }
  }
}
