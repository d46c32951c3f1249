package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.ir.VectorFunction;
import io.tlbscope.core.vcpu.Processor;

/** XMM registers: loads, stores, and the functions that the lifter chose. */
final class VectorSteps {
  private VectorSteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case XLOAD -> op.bits() == 128 ? new Load128(op) : new Load(op);
      case XSTORE -> op.bits() == 128 ? new Store128(op) : new Store(op);
      case XPUT -> new Put(op);
      case XGET -> new Get(op);
      case VECTOR, XFROM ->
          op.extra(VectorFunction.class).floats() != null ? FloatSteps.of(op) : function(op);
      case XTO -> op.extra() instanceof VectorFunction.Half ? new To(op) : FloatSteps.of(op);
      case FCOMPARE -> FloatSteps.of(op);
      default -> null;
    };
  }

  private static Step function(IrOp op) {
    return op.op() == Op.VECTOR ? new Apply(op) : new From(op);
  }

  private static final class Load128 extends MemoryStep {
    Load128(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      cpu.mmu.load128(va(r), cpu.s.xmm, 2 * d);
    }
  }

  private static final class Load extends MemoryStep {
    private final int bits;

    Load(IrOp op) {
      super(op);
      bits = op.bits();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      cpu.s.xmm[2 * d] = LoadSteps.load(cpu, va(r), bits);
      cpu.s.xmm[2 * d + 1] = 0;
    }
  }

  private static final class Store128 extends MemoryStep {
    Store128(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      cpu.mmu.store128(va(r), cpu.s.xmm[2 * a], cpu.s.xmm[2 * a + 1]);
    }
  }

  private static final class Store extends MemoryStep {
    private final int bits;

    Store(IrOp op) {
      super(op);
      bits = op.bits();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      StoreSteps.store(cpu, va(r), bits, cpu.s.xmm[2 * a]);
    }
  }

  private static final class Put extends AluStep {
    private final int to;

    Put(IrOp op) {
      super(op);
      to = 2 * op.dst() + op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.s.xmm[to] = r[b] + imm << up >>> up;
    }
  }

  private static final class Get extends AluStep {
    private final int from;

    Get(IrOp op) {
      super(op);
      from = 2 * op.a() + op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = cpu.s.xmm[from] << up >>> up;
    }
  }

  private static final class Apply extends AluStep {
    private final VectorFunction function;

    Apply(IrOp op) {
      super(op);
      function = op.extra(VectorFunction.class);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long[] x = cpu.s.xmm;
      function.apply(x, 2 * d, x[2 * b], x[2 * b + 1], (int) imm);
    }
  }

  private static final class From extends AluStep {
    private final VectorFunction function;

    From(IrOp op) {
      super(op);
      function = op.extra(VectorFunction.class);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      function.apply(cpu.s.xmm, 2 * d, r[a], 0, (int) imm);
    }
  }

  private static final class To extends AluStep {
    private final VectorFunction.Half function;

    To(IrOp op) {
      super(op);
      function = op.extra(VectorFunction.Half.class);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long[] x = cpu.s.xmm;
      r[d] = function.apply(0, 0, x[2 * b], x[2 * b + 1], (int) imm) << up >>> up;
    }
  }
}
