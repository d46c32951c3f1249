package io.tlbscope.core.x87;

import io.tlbscope.core.cpu.X87State;

/** Control instructions without memory layouts (Intel SDM vol. 1, 8.3.11). */
public final class Control {
  private Control() {}

  /** FNINIT. */
  public static long initialise(X87State f, int i, long low, long high) {
    f.initialise(X87State.INITIAL);
    return 0;
  }

  /** FNCLEX. */
  public static long clearExceptions(X87State f, int i, long low, long high) {
    f.status &= X87State.CONDITIONS;
    return 0;
  }

  /** FLDCW. */
  public static long loadControl(X87State f, int i, long low, long high) {
    f.controlWord((int) low);
    return 0;
  }

  /** FNSTCW. */
  public static long control(X87State f, int i, long low, long high) {
    return f.control;
  }

  /** FNSTSW. */
  public static long status(X87State f, int i, long low, long high) {
    return f.statusWord();
  }

  /** FFREE. */
  public static long free(X87State f, int i, long low, long high) {
    f.used &= ~(1 << f.physical(i));
    f.status &= ~X87State.C1;
    return 0;
  }

  /** FFREEP. */
  public static long freePop(X87State f, int i, long low, long high) {
    free(f, i, low, high);
    X87Stack.pop(f);
    return 0;
  }

  /** FINCSTP, FDECSTP. */
  public static X87Function turn(int by) {
    return (f, i, low, high) -> {
      f.top = f.top + by & 7;
      f.status &= ~X87State.C1;
      return 0;
    };
  }

  /** FNENI, FNDISI, FNSETPM, FRSTPM: nothing since the 387; FNOP. */
  public static long nothing(X87State f, int i, long low, long high) {
    return 0;
  }

  /** EMMS. */
  public static long empty(X87State f, int i, long low, long high) {
    f.used = 0;
    f.top = 0;
    return 0;
  }
}
