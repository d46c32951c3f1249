package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.vcpu.Processor;
import io.tlbscope.core.x87.Stores;

/** What translated x87 and MMX instructions call. Public for the generated classes. */
public final class X87Code {
  private X87Code() {}

  static X87State state(Processor cpu) {
    return cpu.s.x87;
  }

  /** An unmasked exception is pending: only the interpreter raises #MF. */
  static boolean pending(Processor cpu) {
    return cpu.s.x87.pending();
  }

  /** The datum made may not be stored, or an unmasked exception comes with it. */
  static boolean unstorable(Processor cpu) {
    return Stores.raises(cpu.s.x87);
  }

  static void commit(Processor cpu, boolean pops) {
    Stores.commit(cpu.s.x87, pops);
  }

  static long high(Processor cpu) {
    return cpu.s.x87.storeHigh;
  }

  static long mmx(Processor cpu, int n) {
    return cpu.s.x87.significand[n];
  }

  /** All registers are valid; MMn = value unless n is -1. */
  static void mmx(Processor cpu, long value, int n) {
    X87State x87 = cpu.s.x87;
    x87.toMmx();
    if (n >= 0) {
      x87.mmx(n, value);
    }
  }
}
