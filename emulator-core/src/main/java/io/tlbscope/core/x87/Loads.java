package io.tlbscope.core.x87;

import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.fp.ExtendedConversion;
import io.tlbscope.core.fp.ExtendedDecimal;
import io.tlbscope.core.fp.ExtendedUnit;
import io.tlbscope.core.x87.Arithmetic.Format;

/** What pushes a value, and moves between registers (Intel SDM vol. 1, 8.3.3 and 8.3.4). */
public final class Loads {
  private Loads() {}

  /** FLD m32, FLD m64, FILD. */
  public static X87Function memory(Format format) {
    return (f, i, low, high) -> {
      ExtendedUnit u = X87Stack.begin(f);
      if (!f.empty(-1)) {
        X87Stack.overflow(u);
      } else {
        Arithmetic.read(u, format, low);
        if (format == Format.FLOAT || format == Format.DOUBLE) {
          ExtendedConversion.loaded(u);
        }
      }
      // An unmasked #D comes after the load.
      X87Stack.flags(f);
      if ((u.flags & ~u.control & ExtendedUnit.IE) == 0) {
        X87Stack.push(f);
      }
      return 0;
    };
  }

  /** FLD m80: as it is. */
  public static long extended(X87State f, int i, long low, long high) {
    push(f, (int) high & 0xFFFF, low);
    return 0;
  }

  /** FBLD. */
  public static long decimal(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    if (!f.empty(-1)) {
      X87Stack.overflow(u);
    } else {
      ExtendedDecimal.load(u, low, (int) high);
    }
    X87Stack.finishPush(f);
    return 0;
  }

  /** FLD ST(i). */
  public static long register(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    if (f.empty(i)) {
      X87Stack.underflow(u);
    } else if (!f.empty(-1)) {
      X87Stack.overflow(u);
    } else {
      u.result(f.se(i), f.significand(i));
    }
    X87Stack.finishPush(f);
    return 0;
  }

  private static void push(X87State f, int se, long significand) {
    ExtendedUnit u = X87Stack.begin(f);
    if (f.empty(-1)) {
      u.result(se, significand);
    } else {
      X87Stack.overflow(u);
    }
    X87Stack.finishPush(f);
  }

  /** FLD1, FLDZ. */
  public static X87Function constant(int se, long significand) {
    return (f, i, low, high) -> {
      push(f, se, significand);
      return 0;
    };
  }

  /**
   * An irrational constant, rounded as rounding control says.
   *
   * @param below its significand rounded down
   * @param up 1 if it is nearer to the next one
   */
  public static X87Function constant(int se, long below, int up) {
    return (f, i, low, high) -> {
      int rounding = f.control >> 10 & 3;
      boolean more = rounding == ExtendedUnit.UP || rounding == ExtendedUnit.NEAREST && up != 0;
      push(f, se, more ? below + 1 : below);
      return 0;
    };
  }

  /** FXCH. */
  public static long exchange(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    boolean missing = f.empty(0) || f.empty(i);
    if (missing) {
      X87Stack.underflow(u);
    }
    X87Stack.flags(f);
    if (u.blocked()) {
      return 0;
    }
    if (f.empty(0)) {
      X87Stack.indefinite(f, 0);
    }
    if (f.empty(i)) {
      X87Stack.indefinite(f, i);
    }
    int se = f.se(0);
    long x = f.significand(0);
    f.set(0, f.se(i), f.significand(i));
    f.set(i, se, x);
    return 0;
  }

  /** FST ST(i). */
  public static long store(X87State f, int i, long low, long high) {
    move(f, i, 0);
    return 0;
  }

  /** FSTP ST(i). */
  public static long storePop(X87State f, int i, long low, long high) {
    if (move(f, i, 0)) {
      X87Stack.pop(f);
    }
    return 0;
  }

  /** D9 D8+i: as FSTP ST(i), but an empty register is just popped. */
  public static long storePopUnchecked(X87State f, int i, long low, long high) {
    if (f.empty(0)) {
      f.status &= ~X87State.C1;
      X87Stack.pop(f);
      return 0;
    }
    return storePop(f, i, low, high);
  }

  private static boolean move(X87State f, int to, int from) {
    ExtendedUnit u = X87Stack.begin(f);
    if (f.empty(from)) {
      X87Stack.underflow(u);
    } else {
      u.result(f.se(from), f.significand(from));
    }
    return X87Stack.finish(f, to);
  }

  /** FCMOVcc; {@code low} is the condition. */
  public static long conditional(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    if (f.empty(0) || f.empty(i)) {
      X87Stack.underflow(u);
    } else {
      int from = low != 0 ? i : 0;
      u.result(f.se(from), f.significand(from));
    }
    X87Stack.flagsKeepingC1(f);
    if (!u.blocked()) {
      f.set(0, u.se, u.significand);
    }
    return 0;
  }
}
