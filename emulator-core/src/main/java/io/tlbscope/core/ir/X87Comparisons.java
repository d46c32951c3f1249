package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.x87.Arithmetic.Format;
import io.tlbscope.core.x87.Comparisons;
import io.tlbscope.core.x87.X87Function;
import java.util.Map;

/** x87 comparisons (Intel SDM vol. 1, 8.3.6). */
final class X87Comparisons {
  private X87Comparisons() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.FCOM, l -> compare(l, false));
    table.put(Mnemonic.FCOMP, l -> compare(l, true));
    table.put(Mnemonic.FCOMPP, X87Lift.fixed(Comparisons.registers(false, 2), 1));
    table.put(Mnemonic.FUCOM, X87Lift.registers(Comparisons.registers(true, 0)));
    table.put(Mnemonic.FUCOMP, X87Lift.registers(Comparisons.registers(true, 1)));
    table.put(Mnemonic.FUCOMPP, X87Lift.fixed(Comparisons.registers(true, 2), 1));
    table.put(Mnemonic.FICOM, l -> integer(l, false));
    table.put(Mnemonic.FICOMP, l -> integer(l, true));
    table.put(Mnemonic.FCOMI, l -> toFlags(l, Comparisons.toFlags(false, false)));
    table.put(Mnemonic.FCOMIP, l -> toFlags(l, Comparisons.toFlags(false, true)));
    table.put(Mnemonic.FUCOMI, l -> toFlags(l, Comparisons.toFlags(true, false)));
    table.put(Mnemonic.FUCOMIP, l -> toFlags(l, Comparisons.toFlags(true, true)));
    table.put(Mnemonic.FTST, X87Lift.fixed(Comparisons::zero, 0));
    table.put(Mnemonic.FXAM, X87Lift.fixed(Comparisons::examine, 0));
  }

  private static void compare(Lift l, boolean pops) {
    if (l.isMemory(0)) {
      Format format = l.width(0) == 32 ? Format.FLOAT : Format.DOUBLE;
      X87Lift.memory(l, Comparisons.memory(format, pops));
    } else {
      X87Lift.arithmetic(l);
      X87Lift.run(l, Comparisons.registers(false, pops ? 1 : 0), X87Lift.number(l));
    }
  }

  private static void integer(Lift l, boolean pops) {
    X87Lift.memory(l, Comparisons.memory(X87Arithmetic.integer(l.width(0)), pops));
  }

  private static void toFlags(Lift l, X87Function function) {
    X87Lift.arithmetic(l);
    l.add(
        Op.X87_FLAGS,
        64,
        Lift.DISCARD,
        Lift.DISCARD,
        Lift.ZERO,
        Lift.ZERO,
        Lift.ZERO,
        l.rip,
        X87Lift.number(l),
        null,
        function);
  }
}
