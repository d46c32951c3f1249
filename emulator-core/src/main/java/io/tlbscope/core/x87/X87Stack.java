package io.tlbscope.core.x87;

import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.fp.Extended;
import io.tlbscope.core.fp.ExtendedUnit;

/** What most instructions begin and end with (Intel SDM vol. 1, 8.5.1.1). */
final class X87Stack {
  private X87Stack() {}

  static ExtendedUnit begin(X87State f) {
    ExtendedUnit u = f.unit;
    u.begin(f.control);
    return u;
  }

  /** An operand is empty: the result is the indefinite. */
  static void underflow(ExtendedUnit u) {
    u.flags |= ExtendedUnit.SF;
    u.invalid();
  }

  /** A register that must be empty is not. */
  static void overflow(ExtendedUnit u) {
    u.flags |= ExtendedUnit.C1;
    underflow(u);
  }

  /** Exceptions and C1 go to the status word. */
  static void flags(X87State f) {
    int status = f.status & ~X87State.C1 | f.unit.flags;
    if ((status & ~f.control & X87State.EXCEPTIONS) != 0) {
      status |= X87State.ES | X87State.BUSY;
    }
    f.status = status;
  }

  /** As {@link #flags}; C1 stays unless the stack was found at fault. */
  static void flagsKeepingC1(X87State f) {
    int before = f.status & X87State.C1;
    flags(f);
    if ((f.unit.flags & ExtendedUnit.SF) == 0) {
      f.status |= before;
    }
  }

  /** The result goes to ST(i), unless an unmasked exception keeps it from there. */
  static boolean finish(X87State f, int i) {
    flags(f);
    if (f.unit.blocked()) {
      return false;
    }
    f.set(i, f.unit.se, f.unit.significand);
    return true;
  }

  /** As {@link #finish}, then pops. */
  static void finishPop(X87State f, int i) {
    if (finish(f, i)) {
      pop(f);
    }
  }

  static void pop(X87State f) {
    f.used &= ~(1 << f.top);
    f.top = f.top + 1 & 7;
  }

  /** The result becomes the new top. */
  static void finishPush(X87State f) {
    flags(f);
    if (!f.unit.blocked()) {
      push(f);
    }
  }

  /** As {@link #finishPush} without looking at exceptions. */
  static void push(X87State f) {
    f.top = f.top - 1 & 7;
    f.set(0, f.unit.se, f.unit.significand);
  }

  /** Replaces the condition codes of a mask. */
  static void conditions(X87State f, int mask, int codes) {
    f.status = f.status & ~mask | codes;
  }

  static void indefinite(X87State f, int i) {
    f.set(i, Extended.INDEFINITE, Extended.INDEFINITE_SIGNIFICAND);
  }
}
