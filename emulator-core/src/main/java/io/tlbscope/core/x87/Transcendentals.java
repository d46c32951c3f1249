package io.tlbscope.core.x87;

import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.fp.Extended;
import io.tlbscope.core.fp.ExtendedTrigonometry;
import io.tlbscope.core.fp.ExtendedUnit;
import io.tlbscope.core.x87.Arithmetic.Unary;

/** FSIN, FCOS, FSINCOS, FPTAN: C2 tells that the argument was too large. */
public final class Transcendentals {
  private Transcendentals() {}

  /** FSIN, FCOS. */
  public static X87Function trigonometric(Unary op) {
    return (f, i, low, high) -> {
      ExtendedUnit u = X87Stack.begin(f);
      if (f.empty(0)) {
        X87Stack.underflow(u);
      } else if (tooLarge(f)) {
        return 0;
      } else {
        op.apply(u, f.se(0), f.significand(0));
      }
      X87Stack.conditions(f, X87State.C2, 0);
      X87Stack.finish(f, 0);
      return 0;
    };
  }

  private static boolean tooLarge(X87State f) {
    if (!ExtendedTrigonometry.outOfRange(f.se(0), f.significand(0))) {
      return false;
    }
    X87Stack.conditions(f, X87State.C2 | X87State.C1, X87State.C2);
    return true;
  }

  /** FSINCOS: the sine stays, the cosine is pushed. */
  public static long sineCosine(X87State f, int i, long low, long high) {
    return two(f, ExtendedTrigonometry::sine, ExtendedTrigonometry::cosine);
  }

  /** FPTAN: the tangent stays, 1 is pushed. */
  public static long tangent(X87State f, int i, long low, long high) {
    return two(
        f,
        ExtendedTrigonometry::tangent,
        (u, se, x) -> {
          if (!Extended.nan(u.se, u.significand)) {
            u.result(Extended.BIAS, Extended.INTEGER);
          }
        });
  }

  private static long two(X87State f, Unary stays, Unary pushed) {
    ExtendedUnit u = X87Stack.begin(f);
    if (f.empty(0)) {
      X87Stack.underflow(u);
    } else if (!f.empty(-1)) {
      X87Stack.overflow(u);
    } else if (tooLarge(f)) {
      return 0;
    } else {
      int se = f.se(0);
      long x = f.significand(0);
      stays.apply(u, se, x);
      if (u.blocked()) {
        X87Stack.conditions(f, X87State.C2, 0);
        X87Stack.flags(f);
        return 0;
      }
      int firstSe = u.se;
      long first = u.significand;
      // C1 is the first result's.
      int rounded = u.flags & ExtendedUnit.C1;
      pushed.apply(u, se, x);
      u.flags = u.flags & ~ExtendedUnit.C1 | rounded;
      X87Stack.conditions(f, X87State.C2, 0);
      f.set(0, firstSe, first);
      X87Stack.finishPush(f);
      return 0;
    }
    X87Stack.conditions(f, X87State.C2, 0);
    if (X87Stack.finish(f, 0)) {
      X87Stack.finishPush(f);
    }
    return 0;
  }
}
