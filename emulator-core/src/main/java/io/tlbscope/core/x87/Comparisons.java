package io.tlbscope.core.x87;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.fp.ExtendedComparison;
import io.tlbscope.core.fp.ExtendedUnit;
import io.tlbscope.core.x87.Arithmetic.Format;

/** Comparisons of ST(0) (Intel SDM vol. 1, 8.3.6). */
public final class Comparisons {
  private static final int CODES = X87State.C0 | X87State.C2 | X87State.C3;

  private Comparisons() {}

  /**
   * ST(0) with ST(i); codes go to C3, C2, C0.
   *
   * @param pops times that the stack is popped
   */
  public static X87Function registers(boolean quiet, int pops) {
    return (f, i, low, high) -> {
      ExtendedUnit u = X87Stack.begin(f);
      codes(f, compare(f, u, i, quiet), pops);
      return 0;
    };
  }

  private static int compare(X87State f, ExtendedUnit u, int i, boolean quiet) {
    if (f.empty(0) || f.empty(i)) {
      X87Stack.underflow(u);
      return ExtendedComparison.UNORDERED;
    }
    return ExtendedComparison.compare(
        u, f.se(0), f.significand(0), f.se(i), f.significand(i), quiet);
  }

  private static void codes(X87State f, int codes, int pops) {
    X87Stack.flags(f);
    X87Stack.conditions(f, CODES, codes);
    if (f.unit.blocked()) {
      return;
    }
    for (int n = 0; n < pops; n++) {
      X87Stack.pop(f);
    }
  }

  /** ST(0) with memory. */
  public static X87Function memory(Format format, boolean pops) {
    return (f, i, low, high) -> {
      ExtendedUnit u = X87Stack.begin(f);
      int codes = ExtendedComparison.UNORDERED;
      if (f.empty(0)) {
        X87Stack.underflow(u);
      } else {
        Arithmetic.read(u, format, low);
        codes =
            ExtendedComparison.compare(u, f.se(0), f.significand(0), u.se, u.significand, false);
      }
      codes(f, codes, pops ? 1 : 0);
      return 0;
    };
  }

  /** FTST. */
  public static long zero(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    int codes = ExtendedComparison.UNORDERED;
    if (f.empty(0)) {
      X87Stack.underflow(u);
    } else {
      codes = ExtendedComparison.compare(u, f.se(0), f.significand(0), 0, 0, false);
    }
    codes(f, codes, 0);
    return 0;
  }

  /** FXAM; an empty register is told with its sign. */
  public static long examine(X87State f, int i, long low, long high) {
    int codes =
        f.empty(0)
            ? X87State.C3 | X87State.C0 | ((f.se(0) & 0x8000) != 0 ? X87State.C1 : 0)
            : ExtendedComparison.examine(f.se(0), f.significand(0));
    X87Stack.conditions(f, CODES | X87State.C1, codes);
    return 0;
  }

  /**
   * FCOMI and FUCOMI.
   *
   * @return the arithmetic flags
   */
  public static X87Function toFlags(boolean quiet, boolean pops) {
    return (f, i, low, high) -> {
      ExtendedUnit u = X87Stack.begin(f);
      int codes = compare(f, u, i, quiet);
      X87Stack.flagsKeepingC1(f);
      if (pops && !u.blocked()) {
        X87Stack.pop(f);
      }
      return ((codes & X87State.C3) != 0 ? CpuState.ZF : 0)
          | ((codes & X87State.C2) != 0 ? CpuState.PF : 0)
          | ((codes & X87State.C0) != 0 ? CpuState.CF : 0);
    };
  }
}
