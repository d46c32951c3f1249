package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.x87.X87Function;

/** The shapes that x87 instructions have. */
final class X87Lift {
  private X87Lift() {}

  /** As place: the FPU does not note the instruction's. */
  private static final long NOWHERE = -1;

  static void arithmetic(Lift l) {
    check(l, X87Check.WAITING);
  }

  static void check(Lift l, X87Check check) {
    l.add(
        Op.X87_CHECK,
        0,
        Lift.DISCARD,
        Lift.DISCARD,
        Lift.ZERO,
        Lift.ZERO,
        Lift.ZERO,
        0,
        check.ordinal(),
        null,
        null);
  }

  private static void run(
      Lift l, X87Function function, int i, int low, int high, long rip, Address mem) {
    l.add(Op.X87, 64, Lift.DISCARD, Lift.DISCARD, low, high, Lift.ZERO, rip, i, mem, function);
  }

  /** The function of ST(i) and a slot, by a control instruction. */
  static void control(Lift l, X87Function function, int i, int low) {
    run(l, function, i, low, Lift.ZERO, NOWHERE, null);
  }

  /** The function of ST(i) and a slot. */
  static void run(Lift l, X87Function function, int i, int low) {
    run(l, function, i, low, Lift.ZERO, l.rip, null);
  }

  static void run(Lift l, X87Function function, int i) {
    run(l, function, i, Lift.ZERO);
  }

  /** An instruction on registers alone; ST(i) is the operand that is not ST(0). */
  static Family registers(X87Function function) {
    return l -> {
      arithmetic(l);
      run(l, function, number(l));
    };
  }

  /** As {@link #registers}, for an instruction with a fixed register. */
  static Family fixed(X87Function function, int i) {
    return l -> {
      arithmetic(l);
      run(l, function, i);
    };
  }

  /** ST(i) of the operands; of FADD ST, ST(i) and FADD ST(i), ST the same. */
  static int number(Lift l) {
    int i = 0;
    for (Operand operand : l.in.operands()) {
      i |= ((Operand.Register) operand).number();
    }
    return i;
  }

  /** An instruction with an operand of up to 64 bits in memory. */
  static void memory(Lift l, X87Function function) {
    arithmetic(l);
    Address mem = l.memory(0);
    int low = l.temp();
    l.load(l.width(0), low, mem);
    run(l, function, 0, low, Lift.ZERO, l.rip, mem);
  }

  /** An instruction with an operand of 80 bits in memory. */
  static void memory80(Lift l, X87Function function) {
    arithmetic(l);
    Address mem = l.memory(0);
    int low = l.temp();
    int high = l.temp();
    l.check(mem, 80, false);
    l.add(Op.LOAD, 64, low, Lift.DISCARD, Lift.ZERO, Lift.ZERO, Lift.ZERO, 0, 0, mem, null);
    l.add(
        Op.LOAD, 16, high, Lift.DISCARD, Lift.ZERO, Lift.ZERO, Lift.ZERO, 0, 0, mem.plus(8), null);
    run(l, function, 0, low, high, l.rip, mem);
  }

  /** A store of ST(0). */
  static void store(Lift l, X87Function make, boolean pops) {
    arithmetic(l);
    Address mem = l.memory(0);
    int low = l.temp();
    int high = l.temp();
    l.add(Op.X87_MAKE, 64, low, high, Lift.ZERO, Lift.ZERO, Lift.ZERO, 0, 0, null, make);
    l.check(mem, l.width(0), true);
    l.add(
        Op.X87_STORE,
        l.width(0),
        Lift.DISCARD,
        Lift.DISCARD,
        Lift.ZERO,
        low,
        high,
        l.rip,
        pops ? 1 : 0,
        mem,
        null);
  }
}
