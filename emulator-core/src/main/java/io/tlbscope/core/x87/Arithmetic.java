package io.tlbscope.core.x87;

import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.fp.ExtendedArithmetic.Binary;
import io.tlbscope.core.fp.ExtendedConversion;
import io.tlbscope.core.fp.ExtendedRemainder;
import io.tlbscope.core.fp.ExtendedScale;
import io.tlbscope.core.fp.ExtendedUnit;

/** Basic arithmetic, remainders, scaling (Intel SDM vol. 1, 8.3.5). */
public final class Arithmetic {
  private static final int PREM_CODES = X87State.C0 | X87State.C1 | X87State.C2 | X87State.C3;

  private Arithmetic() {}

  /** How a memory operand is read. */
  public enum Format {
    FLOAT,
    DOUBLE,
    INT16,
    INT32,
    INT64
  }

  /** An operation on one operand. */
  @FunctionalInterface
  public interface Unary {
    void apply(ExtendedUnit u, int se, long significand);
  }

  /** ST(0) = ST(0) op ST(i). */
  public static X87Function toTop(Binary op) {
    return (f, i, low, high) -> {
      operate(f, op, 0, i);
      X87Stack.finish(f, 0);
      return 0;
    };
  }

  /** ST(i) = ST(i) op ST(0). */
  public static X87Function toRegister(Binary op) {
    return (f, i, low, high) -> {
      operate(f, op, i, 0);
      X87Stack.finish(f, i);
      return 0;
    };
  }

  /** ST(i) = ST(i) op ST(0), popped. */
  public static X87Function toRegisterPop(Binary op) {
    return (f, i, low, high) -> {
      operate(f, op, i, 0);
      X87Stack.finishPop(f, i);
      return 0;
    };
  }

  private static void operate(X87State f, Binary op, int i, int j) {
    ExtendedUnit u = X87Stack.begin(f);
    if (f.empty(i) || f.empty(j)) {
      X87Stack.underflow(u);
    } else {
      op.apply(u, f.se(i), f.significand(i), f.se(j), f.significand(j));
    }
  }

  /** ST(0) = ST(0) op memory. */
  public static X87Function memory(Binary op, Format format) {
    return (f, i, low, high) -> {
      ExtendedUnit u = X87Stack.begin(f);
      if (f.empty(0)) {
        X87Stack.underflow(u);
      } else {
        read(u, format, low);
        op.apply(u, f.se(0), f.significand(0), u.se, u.significand);
      }
      X87Stack.finish(f, 0);
      return 0;
    };
  }

  /** A memory operand, not changed by being widened, in the unit's result. */
  static void read(ExtendedUnit u, Format format, long value) {
    switch (format) {
      case FLOAT -> ExtendedConversion.fromFloat(u, (int) value);
      case DOUBLE -> ExtendedConversion.fromDouble(u, value);
      case INT16 -> ExtendedConversion.fromInteger(u, (short) value);
      case INT32 -> ExtendedConversion.fromInteger(u, (int) value);
      case INT64 -> ExtendedConversion.fromInteger(u, value);
    }
  }

  /** ST(0) = f(ST(0)). */
  public static X87Function unary(Unary op) {
    return (f, i, low, high) -> {
      ExtendedUnit u = X87Stack.begin(f);
      if (f.empty(0)) {
        X87Stack.underflow(u);
      } else {
        op.apply(u, f.se(0), f.significand(0));
      }
      X87Stack.finish(f, 0);
      return 0;
    };
  }

  /** FPREM, FPREM1. */
  public static X87Function remainder(boolean nearest) {
    return (f, i, low, high) -> {
      ExtendedUnit u = X87Stack.begin(f);
      int codes = -1;
      if (f.empty(0) || f.empty(1)) {
        X87Stack.underflow(u);
      } else {
        codes =
            ExtendedRemainder.remainder(
                u, f.se(0), f.significand(0), f.se(1), f.significand(1), nearest);
      }
      X87Stack.finish(f, 0);
      if (codes >= 0) {
        X87Stack.conditions(f, PREM_CODES, codes);
      } else {
        X87Stack.conditions(f, X87State.C2, 0);
      }
      return 0;
    };
  }

  /** FXTRACT: the exponent stays, the significand is pushed. */
  public static long extract(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    if (f.empty(0)) {
      X87Stack.underflow(u);
    } else if (!f.empty(-1)) {
      X87Stack.overflow(u);
    } else {
      int se = f.se(0);
      long x = f.significand(0);
      ExtendedScale.exponent(u, se, x);
      if (X87Stack.finish(f, 0)) {
        ExtendedScale.significand(u, se, x);
        X87Stack.finishPush(f);
      }
      return 0;
    }
    if (X87Stack.finish(f, 0)) {
      X87Stack.finishPush(f);
    }
    return 0;
  }

  /** FCHS. */
  public static void changeSign(ExtendedUnit u, int se, long significand) {
    u.result(se ^ 0x8000, significand);
  }

  /** FABS. */
  public static void absolute(ExtendedUnit u, int se, long significand) {
    u.result(se & 0x7FFF, significand);
  }
}
