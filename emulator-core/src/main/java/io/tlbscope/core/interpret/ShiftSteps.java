package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.vcpu.Processor;

/**
 * Shifts and rotates. Undefined flags: OF for counts above 1 follows the formula of count 1, as
 * processors do; AF becomes 0; CF of a shift by more than the width is the bit that an ever longer
 * operand would give.
 */
final class ShiftSteps {
  private ShiftSteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case SHL -> constant(op) && !op.flags() ? new ShlQuiet(op) : new Shl(op);
      case SHR -> constant(op) && !op.flags() ? new ShrQuiet(op) : new Shr(op);
      case SAR -> constant(op) && !op.flags() ? new SarQuiet(op) : new Sar(op);
      case ROL, ROR, RCL, RCR -> new Rotate(op);
      case SHLD, SHRD -> new Doubled(op);
      default -> null;
    };
  }

  private static boolean constant(IrOp op) {
    return op.b() == io.tlbscope.core.cpu.CpuState.ZERO;
  }

  private abstract static class ShiftStep extends AluStep {
    final int width;
    final int countMask;

    /** Somebody may see the flags; those from before must stay where it is not so. */
    final boolean flags;

    ShiftStep(IrOp op) {
      super(op);
      flags = op.flags();
      width = op.bits();
      countMask = op.bits() == 64 ? 63 : 31;
    }

    final void carryOverflow(Flags f, boolean cf, boolean of) {
      if (flags) {
        f.carryOverflow(cf, of);
      }
    }

    final int count(long[] r) {
      return (int) (r[b] + imm) & countMask;
    }
  }

  private static final class Shl extends ShiftStep {
    Shl(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      int count = count(r);
      long x = r[a] << up;
      long z = x << count;
      r[d] = z >>> up;
      if (count != 0 && flags) {
        f.shiftedLeft(x, z, count, up);
      }
    }
  }

  private static final class ShlQuiet extends ShiftStep {
    private final int by;

    ShlQuiet(IrOp op) {
      super(op);
      by = (int) op.imm() & countMask;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[a] << by << up >>> up;
    }
  }

  private static final class Shr extends ShiftStep {
    Shr(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      int count = count(r);
      long x = r[a] << up >>> up;
      long z = x >>> count;
      r[d] = z;
      if (count != 0 && flags) {
        f.shiftedRight(x, z, count, up);
      }
    }
  }

  private static final class ShrQuiet extends ShiftStep {
    private final int by;

    ShrQuiet(IrOp op) {
      super(op);
      by = (int) op.imm() & countMask;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[a] << up >>> up >>> by;
    }
  }

  private static final class Sar extends ShiftStep {
    Sar(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      int count = count(r);
      long x = r[a] << up >> up;
      long z = x >> count;
      r[d] = z << up >>> up;
      if (count != 0 && flags) {
        f.shiftedArithmetic(x, z, count);
      }
    }
  }

  private static final class SarQuiet extends ShiftStep {
    private final int by;

    SarQuiet(IrOp op) {
      super(op);
      by = (int) op.imm() & countMask;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = r[a] << up >> up >> by << up >>> up;
    }
  }

  /** ROL, ROR, RCL, RCR: only CF and OF change. */
  private static final class Rotate extends ShiftStep {
    private final io.tlbscope.core.ir.Op kind;

    Rotate(IrOp op) {
      super(op);
      kind = op.op();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      int count = count(r);
      long x = r[a] << up >>> up;
      if (count == 0) {
        r[d] = x;
        return;
      }
      switch (kind) {
        case ROL -> {
          long z = rotateLeft(x, count % width);
          boolean cf = (z & 1) != 0;
          carryOverflow(f, cf, cf ^ z << up < 0);
          r[d] = z;
        }
        case ROR -> {
          long z = rotateLeft(x, (width - count % width) % width);
          long top = z << up;
          carryOverflow(f, top < 0, (top ^ top << 1) < 0);
          r[d] = z;
        }
        case RCL -> r[d] = throughCarry(f, x, count % (width + 1), true);
        default -> r[d] = throughCarry(f, x, count % (width + 1), false);
      }
    }

    private long rotateLeft(long x, int count) {
      return count == 0 ? x : (x << count | x >>> width - count) << up >>> up;
    }

    /** One bit at a time: rare, and the count is below 65. */
    private long throughCarry(Flags f, long x, int count, boolean left) {
      long z = x;
      boolean cf = f.cf();
      if (count == 0) {
        return z;
      }
      for (int i = 0; i < count; i++) {
        if (left) {
          boolean out = z << up < 0;
          z = (z << 1 | (cf ? 1 : 0)) << up >>> up;
          cf = out;
        } else {
          boolean out = (z & 1) != 0;
          z = z >>> 1 | (cf ? 1L << width - 1 : 0);
          cf = out;
        }
      }
      long top = z << up;
      carryOverflow(f, cf, left ? cf ^ top < 0 : (top ^ top << 1) < 0);
      return z;
    }
  }

  /**
   * SHLD and SHRD. A 16-bit count above 16 is undefined: after the fill come the first operand's
   * bits again.
   */
  private static final class Doubled extends ShiftStep {
    private final int fill;
    private final boolean left;

    Doubled(IrOp op) {
      super(op);
      fill = op.c();
      left = op.op() == io.tlbscope.core.ir.Op.SHLD;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      int count = count(r);
      long x = r[a] << up >>> up;
      if (count == 0) {
        r[d] = x;
        return;
      }
      long y = r[fill] << up >>> up;
      long z;
      boolean cf;
      if (width == 16) {
        long all = x << 32 | y << 16 | x;
        z = left ? all << count >>> 32 & 0xFFFF : all >>> count & 0xFFFF;
        cf = left ? (all << count - 1 >>> 47 & 1) != 0 : (all >>> count - 1 & 1) != 0;
      } else if (left) {
        z = (x << count | y >>> width - count) << up >>> up;
        cf = (x >>> width - count & 1) != 0;
      } else {
        z = (x >>> count | y << width - count) << up >>> up;
        cf = (x >>> count - 1 & 1) != 0;
      }
      r[d] = z;
      if (flags) {
        long top = z << up;
        f.logic(top >> up);
        f.carryOverflow(cf, (top ^ x << up) < 0);
      }
    }
  }
}
