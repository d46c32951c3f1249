package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.x87.Arithmetic.Format;
import io.tlbscope.core.x87.Loads;
import io.tlbscope.core.x87.Stores;
import io.tlbscope.core.x87.X87Function;
import java.util.Map;

/** x87 data movement and constants (Intel SDM vol. 1, 8.3.3 and 8.3.4). */
final class X87Moves {
  private X87Moves() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.FLD, X87Moves::load);
    table.put(Mnemonic.FST, l -> store(l, false));
    table.put(Mnemonic.FSTP, l -> store(l, true));
    table.put(Mnemonic.FSTP1, X87Lift.registers(Loads::storePopUnchecked));
    table.put(
        Mnemonic.FILD, l -> X87Lift.memory(l, Loads.memory(X87Arithmetic.integer(l.width(0)))));
    table.put(Mnemonic.FIST, l -> X87Lift.store(l, Stores.toInteger(l.width(0), false), false));
    table.put(Mnemonic.FISTP, l -> X87Lift.store(l, Stores.toInteger(l.width(0), false), true));
    table.put(Mnemonic.FISTTP, l -> X87Lift.store(l, Stores.toInteger(l.width(0), true), true));
    table.put(Mnemonic.FBLD, l -> X87Lift.memory80(l, Loads::decimal));
    table.put(Mnemonic.FBSTP, l -> X87Lift.store(l, Stores::toDecimal, true));
    table.put(Mnemonic.FXCH, X87Lift.registers(Loads::exchange));
    conditional(table, "B", 2);
    conditional(table, "E", 4);
    conditional(table, "BE", 6);
    conditional(table, "U", 10);
    table.put(Mnemonic.FLD1, constant(Loads.constant(0x3FFF, 1L << 63)));
    table.put(Mnemonic.FLDZ, constant(Loads.constant(0, 0)));
    table.put(Mnemonic.FLDPI, constant(Loads.constant(0x4000, 0xC90F_DAA2_2168_C234L, 1)));
    table.put(Mnemonic.FLDL2T, constant(Loads.constant(0x4000, 0xD49A_784B_CD1B_8AFEL, 0)));
    table.put(Mnemonic.FLDL2E, constant(Loads.constant(0x3FFF, 0xB8AA_3B29_5C17_F0BBL, 1)));
    table.put(Mnemonic.FLDLG2, constant(Loads.constant(0x3FFD, 0x9A20_9A84_FBCF_F798L, 1)));
    table.put(Mnemonic.FLDLN2, constant(Loads.constant(0x3FFE, 0xB172_17F7_D1CF_79ABL, 1)));
  }

  private static Family constant(X87Function function) {
    return X87Lift.fixed(function, 0);
  }

  private static void load(Lift l) {
    if (!l.isMemory(0)) {
      X87Lift.arithmetic(l);
      X87Lift.run(l, Loads::register, l.number(0));
    } else if (l.width(0) == 80) {
      X87Lift.memory80(l, Loads::extended);
    } else {
      X87Lift.memory(l, Loads.memory(l.width(0) == 32 ? Format.FLOAT : Format.DOUBLE));
    }
  }

  private static void store(Lift l, boolean pops) {
    if (!l.isMemory(0)) {
      X87Lift.arithmetic(l);
      X87Lift.run(l, pops ? Loads::storePop : Loads::store, l.number(0));
      return;
    }
    X87Lift.store(
        l,
        switch (l.width(0)) {
          case 32 -> Stores::toFloat;
          case 64 -> Stores::toDouble;
          default -> Stores::toExtended;
        },
        pops);
  }

  /** FCMOVcc and FCMOVNcc; {@code condition} is a tttn field. */
  private static void conditional(Map<Mnemonic, Family> table, String name, int condition) {
    for (int not = 0; not < 2; not++) {
      int tttn = condition | not;
      table.put(
          Mnemonic.valueOf((not == 0 ? "FCMOV" : "FCMOVN") + name),
          l -> {
            X87Lift.arithmetic(l);
            int t = l.temp();
            l.sub(Op.SET, 64, t, Lift.ZERO, Lift.ZERO, 0, tttn);
            X87Lift.run(l, Loads::conditional, X87Lift.number(l), t);
          });
    }
  }
}
