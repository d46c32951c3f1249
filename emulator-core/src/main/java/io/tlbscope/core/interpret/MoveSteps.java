package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.vcpu.Processor;

/** Moves between slots, and what reads a condition. */
final class MoveSteps {
  private MoveSteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case MOV -> op.bits() == 64 ? new Move64(op) : new Move(op);
      case SEXT -> new SignExtend(op);
      case GET8H -> new GetHigh(op);
      case PUT8 -> new Put(op, 0xFF, 0);
      case PUT8H -> new Put(op, 0xFF00, 8);
      case PUT16 -> new Put(op, 0xFFFF, 0);
      case SELECT -> new Select(op);
      case SET -> new SetCondition(op);
      default -> null;
    };
  }

  private static final class Move extends AluStep {
    Move(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[b] + imm << up >>> up;
    }
  }

  private static final class Move64 extends AluStep {
    Move64(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[b] + imm;
    }
  }

  private static final class SignExtend extends AluStep {
    private final int from;

    SignExtend(IrOp op) {
      super(op);
      from = 64 - op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[b] << from >> from << up >>> up;
    }
  }

  private static final class GetHigh extends AluStep {
    GetHigh(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[a] >>> 8 & 0xFF;
    }
  }

  private static final class Put extends AluStep {
    private final long mask;
    private final int shift;

    Put(IrOp op, long mask, int shift) {
      super(op);
      this.mask = mask;
      this.shift = shift;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[d] & ~mask | r[b] + imm << shift & mask;
    }
  }

  private static final class Select extends AluStep {
    private final int condition;

    Select(IrOp op) {
      super(op);
      condition = op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = (f.condition(condition) ? r[b] + imm : r[a]) << up >>> up;
    }
  }

  private static final class SetCondition extends AluStep {
    private final int condition;

    SetCondition(IrOp op) {
      super(op);
      condition = op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = f.condition(condition) ? 1 : 0;
    }
  }
}
