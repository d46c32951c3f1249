package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.vcpu.Processor;

/**
 * MUL, IMUL, DIV, IDIV. SF and PF, undefined after a multiplication, follow the low half; ZF too;
 * AF is 0.
 */
final class MultiplySteps {
  private MultiplySteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case IMUL -> new Low(op);
      case MULU, MULS -> new Wide(op);
      case DIVU, DIVS -> new Divide(op);
      default -> null;
    };
  }

  private static final class Low extends AluStep {
    private final boolean flags;

    Low(IrOp op) {
      super(op);
      flags = op.flags();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long x = r[a] << up >> up;
      long y = r[b] + imm << up >> up;
      long z = x * y;
      long low = z << up >> up;
      r[d] = z << up >>> up;
      if (flags) {
        boolean over = up == 0 ? Math.multiplyHigh(x, y) != z >> 63 : low != z;
        f.logic(low);
        f.carry = over ? Long.MIN_VALUE : 0;
      }
    }
  }

  private static final class Wide extends AluStep {
    private final int high;
    private final boolean signed;

    Wide(IrOp op) {
      super(op);
      high = op.dst2();
      signed = op.op() == Op.MULS;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      long x = signed ? r[a] << up >> up : r[a] << up >>> up;
      long y = signed ? r[b] << up >> up : r[b] << up >>> up;
      long z = x * y;
      long low = z << up >> up;
      long top;
      boolean over;
      if (up == 0) {
        top = signed ? Math.multiplyHigh(x, y) : Math.unsignedMultiplyHigh(x, y);
        over = signed ? top != z >> 63 : top != 0;
      } else {
        top = z >>> 64 - up << up >>> up;
        over = signed ? low != z : top != 0;
      }
      r[d] = low << up >>> up;
      r[high] = top;
      f.logic(low);
      f.carry = over ? Long.MIN_VALUE : 0;
    }
  }

  private static final class Divide extends AluStep {
    private final int remainder;
    private final int high;
    private final int width;
    private final boolean signed;

    Divide(IrOp op) {
      super(op);
      remainder = op.dst2();
      high = op.c();
      width = op.bits();
      signed = op.op() == Op.DIVS;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      if (width == 64) {
        wide(cpu, r);
      } else if (signed) {
        long y = r[b] << up >> up;
        long x = (r[high] << up >> up << width) | r[a] << up >>> up;
        check(cpu, y != 0);
        long q = x / y;
        check(cpu, q << up >> up == q);
        put(r, q, x % y);
      } else {
        long y = r[b] << up >>> up;
        long x = (r[high] << up >>> up << width) | r[a] << up >>> up;
        check(cpu, y != 0);
        long q = Long.divideUnsigned(x, y);
        check(cpu, q << up >>> up == q);
        put(r, q, Long.remainderUnsigned(x, y));
      }
    }

    private void put(long[] r, long q, long rest) {
      r[d] = q << up >>> up;
      r[remainder] = rest << up >>> up;
    }

    private static void check(Processor cpu, boolean ok) {
      if (!ok) {
        throw cpu.fault.with(GuestFault.DE);
      }
    }

    private void wide(Processor cpu, long[] r) {
      long low = r[a];
      long top = r[high];
      long y = r[b];
      check(cpu, y != 0);
      if (!signed) {
        check(cpu, Long.compareUnsigned(top, y) < 0);
        long q = top == 0 ? Long.divideUnsigned(low, y) : Divide128.quotient(top, low, y);
        put(r, q, low - q * y);
        return;
      }
      if (top == low >> 63) {
        check(cpu, !(low == Long.MIN_VALUE && y == -1));
        put(r, low / y, low % y);
        return;
      }
      boolean negative = top < 0;
      long lowMagnitude = negative ? -low : low;
      long topMagnitude = negative ? ~top + (low == 0 ? 1 : 0) : top;
      long divisor = Math.abs(y);
      check(cpu, Long.compareUnsigned(topMagnitude, divisor) < 0);
      long q = Divide128.quotient(topMagnitude, lowMagnitude, divisor);
      long rest = lowMagnitude - q * divisor;
      boolean negativeQuotient = negative ^ y < 0;
      check(cpu, negativeQuotient ? Long.compareUnsigned(q, Long.MIN_VALUE) <= 0 : q >= 0);
      put(r, negativeQuotient ? -q : q, negative ? -rest : rest);
    }
  }
}
