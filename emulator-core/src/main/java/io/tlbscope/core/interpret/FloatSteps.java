package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.cpu.SseControl;
import io.tlbscope.core.fp.FloatUnit;
import io.tlbscope.core.ir.FloatComparison;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.ir.VectorFunction;
import io.tlbscope.core.ir.VectorFunction.FloatHalf;
import io.tlbscope.core.ir.VectorFunction.Floats;
import io.tlbscope.core.vcpu.Processor;

/** SSE arithmetic: nothing is written when an unmasked exception comes (Intel SDM vol. 1, 11.5). */
final class FloatSteps {
  private FloatSteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case VECTOR, XFROM -> new Apply(op);
      case XTO -> new To(op);
      default -> new Compare(op);
    };
  }

  private abstract static class FloatStep extends AluStep {
    FloatStep(IrOp op) {
      super(op);
    }

    static FloatUnit begin(CpuState s) {
      FloatUnit u = s.floats;
      u.begin(s.mxcsr);
      return u;
    }

    void end(Processor cpu, FloatUnit u) {
      int exceptions = u.exceptions();
      if (exceptions != 0) {
        cpu.position = position;
        SseControl.raise(cpu.s, cpu.fault, exceptions);
      }
    }
  }

  private static final class Apply extends FloatStep {
    private final FloatHalf low, high;
    private final boolean general;

    Apply(IrOp op) {
      super(op);
      Floats floats = op.extra(VectorFunction.class).floats();
      low = floats.low();
      high = floats.high();
      general = op.op() == Op.XFROM;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      FloatUnit u = begin(cpu.s);
      long[] x = cpu.s.xmm;
      long dl = x[2 * d];
      long dh = x[2 * d + 1];
      long sl = general ? r[a] : x[2 * b];
      long sh = general ? 0 : x[2 * b + 1];
      long newLow = low.apply(u, dl, dh, sl, sh, (int) imm);
      long newHigh = high == null ? dh : high.apply(u, dl, dh, sl, sh, (int) imm);
      end(cpu, u);
      x[2 * d] = newLow;
      x[2 * d + 1] = newHigh;
    }
  }

  private static final class To extends FloatStep {
    private final FloatHalf function;

    To(IrOp op) {
      super(op);
      function = op.extra(FloatHalf.class);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      FloatUnit u = begin(cpu.s);
      long[] x = cpu.s.xmm;
      long z = function.apply(u, 0, 0, x[2 * b], x[2 * b + 1], (int) imm);
      end(cpu, u);
      r[d] = z << up >>> up;
    }
  }

  /** The flags that COMISD and its like set. */
  private static final class Compare extends FloatStep {
    private final boolean wide, signalling;

    Compare(IrOp op) {
      super(op);
      wide = op.bits() == 64;
      signalling = op.sub() != 0;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      FloatUnit u = begin(cpu.s);
      int order = FloatComparison.order(u, wide, signalling, cpu.s.xmm[2 * a], cpu.s.xmm[2 * b]);
      end(cpu, u);
      f.arithmetic(FloatComparison.flags(order));
    }
  }
}
