package io.tlbscope.core.x87;

import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.fp.Extended;
import io.tlbscope.core.fp.ExtendedConversion;
import io.tlbscope.core.fp.ExtendedDecimal;
import io.tlbscope.core.fp.ExtendedUnit;

/**
 * What ST(0) becomes in memory. A store has two halves, because the memory access between them may
 * fault and then nothing may have changed: the functions here give the datum (and {@link
 * X87State#storeHigh}), {@link #commit} sets flags and pops.
 */
public final class Stores {
  private static final int RANGE = ExtendedUnit.OE | ExtendedUnit.UE;

  private Stores() {}

  /** FST m32. */
  public static long toFloat(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    long datum = 0xFFC0_0000L;
    if (f.empty(0)) {
      X87Stack.underflow(u);
    } else {
      datum = ExtendedConversion.toFloat(u, f.se(0), f.significand(0)) & 0xFFFF_FFFFL;
    }
    return made(f, datum);
  }

  /** FST m64. */
  public static long toDouble(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    long datum = 0xFFF8_0000_0000_0000L;
    if (f.empty(0)) {
      X87Stack.underflow(u);
    } else {
      datum = ExtendedConversion.toDouble(u, f.se(0), f.significand(0));
    }
    return made(f, datum);
  }

  /** FSTP m80. */
  public static long toExtended(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    if (f.empty(0)) {
      X87Stack.underflow(u);
    } else {
      u.result(f.se(0), f.significand(0));
    }
    f.storeHigh = u.se;
    return made(f, u.significand);
  }

  /** FIST and FISTTP of 16, 32 or 64 bits. */
  public static X87Function toInteger(int bits, boolean truncate) {
    return (f, i, low, high) -> {
      ExtendedUnit u = X87Stack.begin(f);
      long datum = -1L << bits - 1;
      if (f.empty(0)) {
        X87Stack.underflow(u);
      } else {
        datum = ExtendedConversion.toInteger(u, f.se(0), f.significand(0), bits, truncate);
      }
      return made(f, datum);
    };
  }

  /** FBSTP. */
  public static long toDecimal(X87State f, int i, long low, long high) {
    ExtendedUnit u = X87Stack.begin(f);
    if (f.empty(0)) {
      X87Stack.underflow(u);
      u.result(0xFFFF, Extended.INDEFINITE_SIGNIFICAND);
    } else {
      ExtendedDecimal.store(u, f.se(0), f.significand(0));
    }
    f.storeHigh = u.se;
    return made(f, u.significand);
  }

  private static long made(X87State f, long datum) {
    ExtendedUnit u = f.unit;
    boolean range = (u.flags & ~u.control & RANGE) != 0;
    if (range) {
      // No result, so none that is inexact.
      u.flags &= ~(ExtendedUnit.PE | ExtendedUnit.C1);
    }
    f.storeSuppressed = range || u.blocked();
    return datum;
  }

  /** The datum made may not be stored, or an unmasked exception comes with it. */
  public static boolean raises(X87State f) {
    return f.storeSuppressed || (f.unit.flags & ~f.control & X87State.EXCEPTIONS) != 0;
  }

  /** Flags and pop, after the datum was stored or was not to be. */
  public static void commit(X87State f, boolean pops) {
    X87Stack.flags(f);
    if (pops && !f.storeSuppressed) {
      X87Stack.pop(f);
    }
  }
}
