package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.vcpu.Processor;

/** ADD, SUB, ADC, SBB, INC, DEC, NEG, NOT. */
final class ArithmeticSteps {
  private ArithmeticSteps() {}

  static Step of(IrOp op) {
    boolean flags = op.flags();
    return switch (op.op()) {
      case ADD -> flags ? new Add(op) : op.bits() == 64 ? new AddQuiet64(op) : new AddQuiet(op);
      case SUB -> flags ? new Sub(op) : new SubQuiet(op);
      case ADC -> new Adc(op);
      case SBB -> new Sbb(op);
      case INC -> flags ? new Inc(op) : new IncQuiet(op, 1);
      case DEC -> flags ? new Dec(op) : new IncQuiet(op, -1);
      case NEG -> flags ? new Neg(op) : new NegQuiet(op);
      case NOT -> new Not(op);
      default -> null;
    };
  }

  private static final class Add extends AluStep {
    Add(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long x = r[a] << up;
      long y = r[b] + imm << up;
      long z = x + y;
      r[d] = z >>> up;
      f.added(x, y, z, up);
    }
  }

  private static final class AddQuiet extends AluStep {
    AddQuiet(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[a] + r[b] + imm << up >>> up;
    }
  }

  private static final class AddQuiet64 extends AluStep {
    AddQuiet64(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[a] + r[b] + imm;
    }
  }

  private static final class Sub extends AluStep {
    Sub(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long x = r[a] << up;
      long y = r[b] + imm << up;
      long z = x - y;
      r[d] = z >>> up;
      f.subtracted(x, y, z, up);
    }
  }

  private static final class SubQuiet extends AluStep {
    SubQuiet(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[a] - (r[b] + imm) << up >>> up;
    }
  }

  private static final class Adc extends AluStep {
    Adc(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long x = r[a] << up;
      long y = r[b] + imm << up;
      long z = x + y + (f.carry >>> 63 << up);
      r[d] = z >>> up;
      f.added(x, y, z, up);
    }
  }

  private static final class Sbb extends AluStep {
    Sbb(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long x = r[a] << up;
      long y = r[b] + imm << up;
      long z = x - y - (f.carry >>> 63 << up);
      r[d] = z >>> up;
      f.subtracted(x, y, z, up);
    }
  }

  private static final class Inc extends AluStep {
    Inc(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long x = r[a] << up;
      long z = x + (1L << up);
      r[d] = z >>> up;
      f.incremented(x, z, up);
    }
  }

  private static final class Dec extends AluStep {
    Dec(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long x = r[a] << up;
      long z = x - (1L << up);
      r[d] = z >>> up;
      f.decremented(x, z, up);
    }
  }

  private static final class IncQuiet extends AluStep {
    private final long by;

    IncQuiet(IrOp op, long by) {
      super(op);
      this.by = by;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[a] + by << up >>> up;
    }
  }

  private static final class Neg extends AluStep {
    Neg(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long y = r[b] + imm << up;
      long z = -y;
      r[d] = z >>> up;
      f.subtracted(0, y, z, up);
    }
  }

  private static final class NegQuiet extends AluStep {
    NegQuiet(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = -(r[b] + imm) << up >>> up;
    }
  }

  private static final class Not extends AluStep {
    Not(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = ~(r[b] + imm) << up >>> up;
    }
  }
}
