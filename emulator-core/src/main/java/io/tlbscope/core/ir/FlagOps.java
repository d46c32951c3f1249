package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** CLC, STC, CMC, CLD, STD, LAHF, SAHF (Intel SDM vol. 1, 7.3.14). */
final class FlagOps {
  /** SF, ZF, AF, PF, CF. */
  private static final long LOW = 0xD5;

  private FlagOps() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.CLC, l -> single(l, Op.CARRY, 0));
    table.put(Mnemonic.STC, l -> single(l, Op.CARRY, 1));
    table.put(Mnemonic.CMC, l -> single(l, Op.CARRY, 2));
    table.put(Mnemonic.CLD, l -> single(l, Op.DIRECTION, 0));
    table.put(Mnemonic.STD, l -> single(l, Op.DIRECTION, 1));
    table.put(Mnemonic.LAHF, FlagOps::loadAh);
    table.put(Mnemonic.SAHF, FlagOps::storeAh);
  }

  private static void single(Lift l, Op op, int sub) {
    l.sub(op, 0, Lift.DISCARD, Lift.ZERO, Lift.ZERO, 0, sub);
  }

  private static void loadAh(Lift l) {
    int t = l.temp();
    l.alu(Op.FLAGS_READ, 64, t, Lift.ZERO, Lift.ZERO, 0);
    l.quiet(Op.AND, 64, t, t, Lift.ZERO, LOW | 2);
    l.putRegister(Lift.RAX, 8, true, t);
  }

  private static void storeAh(Lift l) {
    int t = l.temp();
    l.alu(Op.GET8H, 8, t, Lift.RAX, Lift.ZERO, 0);
    l.alu(Op.FLAGS_LOW, 8, Lift.DISCARD, t, Lift.ZERO, LOW);
  }
}
