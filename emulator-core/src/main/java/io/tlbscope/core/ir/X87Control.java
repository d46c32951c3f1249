package io.tlbscope.core.ir;

import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.x87.Control;
import io.tlbscope.core.x87.X87Function;
import java.util.Map;

/** x87 control (Intel SDM vol. 1, 8.3.11); images of the whole state are helpers. */
final class X87Control {
  private X87Control() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.FNINIT, control(X87Check.NOT_WAITING, Control::initialise));
    table.put(Mnemonic.FNCLEX, control(X87Check.NOT_WAITING, Control::clearExceptions));
    for (Mnemonic m : new Mnemonic[] {Mnemonic.FNENI, Mnemonic.FNDISI, Mnemonic.FNSETPM}) {
      table.put(m, l -> X87Lift.check(l, X87Check.NOT_WAITING));
    }
    // Of the 80287XL alone.
    table.put(
        Mnemonic.FRSTPM,
        l -> l.alu(Op.RAISE, 0, Lift.DISCARD, Lift.ZERO, Lift.ZERO, GuestFault.UD));
    table.put(Mnemonic.FNOP, l -> X87Lift.check(l, X87Check.WAITING));
    table.put(Mnemonic.FWAIT, l -> X87Lift.check(l, X87Check.WAIT));
    table.put(Mnemonic.EMMS, control(X87Check.MMX, Control::empty));
    table.put(Mnemonic.FINCSTP, control(X87Check.WAITING, Control.turn(1)));
    table.put(Mnemonic.FDECSTP, control(X87Check.WAITING, Control.turn(-1)));
    table.put(Mnemonic.FFREE, l -> free(l, Control::free));
    table.put(Mnemonic.FFREEP, l -> free(l, Control::freePop));
    table.put(Mnemonic.FLDCW, X87Control::loadControl);
    table.put(Mnemonic.FNSTCW, l -> store(l, Control::control));
    table.put(Mnemonic.FNSTSW, l -> store(l, Control::status));
  }

  private static Family control(X87Check check, X87Function function) {
    return l -> {
      X87Lift.check(l, check);
      X87Lift.control(l, function, 0, Lift.ZERO);
    };
  }

  private static void free(Lift l, X87Function function) {
    X87Lift.check(l, X87Check.WAITING);
    X87Lift.control(l, function, l.number(0), Lift.ZERO);
  }

  private static void loadControl(Lift l) {
    X87Lift.check(l, X87Check.WAITING);
    int t = l.temp();
    l.load(16, t, l.memory(0));
    X87Lift.control(l, Control::loadControl, 0, t);
  }

  private static void store(Lift l, X87Function function) {
    X87Lift.check(l, X87Check.NOT_WAITING);
    int t = l.temp();
    l.add(Op.X87_MAKE, 64, t, Lift.DISCARD, Lift.ZERO, Lift.ZERO, Lift.ZERO, 0, 0, null, function);
    if (l.isMemory(0)) {
      l.store(16, l.memory(0), t, 0);
    } else {
      l.put(0, t);
    }
  }
}
