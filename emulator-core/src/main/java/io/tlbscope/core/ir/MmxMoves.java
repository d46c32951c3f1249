package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/**
 * MMX moves and shuffles (Intel SDM vol. 1, 9.4 and 10.4.4). What MMX shares a name with SSE2 for
 * goes through {@link VectorLogic} and {@link VectorMoves} to here.
 */
final class MmxMoves {
  private MmxMoves() {}

  static void register(Map<Mnemonic, Family> table) {
    VectorFunction.Half shuffle = PackedShuffles.TABLE.get(Mnemonic.PSHUFLW).low();
    table.put(Mnemonic.PSHUFW, l -> shuffle(l, shuffle));
    table.put(Mnemonic.MOVNTQ, MmxMoves::move);
    table.put(Mnemonic.MOVQ2DQ, MmxMoves::toXmm);
    table.put(Mnemonic.MOVDQ2Q, MmxMoves::fromXmm);
  }

  private static void shuffle(Lift l, VectorFunction.Half function) {
    MmxLift.check(l);
    int b = MmxLift.value(l, 1);
    int t = l.temp();
    MmxLift.apply(l, function, t, Lift.ZERO, b, l.imm(2) & 0xFF);
    MmxLift.put(l, 0, t);
  }

  /** MOVD and MOVQ to and from MMX registers. */
  static void move(Lift l) {
    MmxLift.check(l);
    if (MmxLift.isMmx(l, 0)) {
      int t = MmxLift.value(l, 1);
      int bits = l.width(1);
      if (bits < 64) {
        int narrow = l.temp();
        l.mov(bits, narrow, t, 0);
        t = narrow;
      }
      MmxLift.put(l, 0, t);
      return;
    }
    int t = MmxLift.value(l, 1);
    if (l.isMemory(0)) {
      l.store(l.width(0), l.memory(0), t, 0);
    } else {
      l.mov(l.width(0), l.number(0), t, 0);
    }
    MmxLift.enter(l);
  }

  /** MOVMSK-like: a general register from an MMX register. */
  static void toGeneral(Lift l, VectorFunction.Half function) {
    MmxLift.check(l);
    int b = MmxLift.value(l, 1);
    int t = l.temp();
    MmxLift.apply(l, function, t, Lift.ZERO, b, l.in.operands().size() > 2 ? l.imm(2) & 3 : 0);
    l.mov(32, l.number(0), t, 0);
    MmxLift.enter(l);
  }

  /** PINSRW. */
  static void insertWord(Lift l, VectorFunction.Half function) {
    MmxLift.check(l);
    int a = MmxLift.value(l, 0);
    int b = l.slot(1);
    int t = l.temp();
    MmxLift.apply(l, function, t, a, b, l.imm(2) & 3);
    MmxLift.put(l, 0, t);
  }

  private static void toXmm(Lift l) {
    l.checkSse(false);
    MmxLift.check(l);
    int t = MmxLift.value(l, 1);
    VectorMoves.put(l, l.number(0), 0, 64, t, 0);
    VectorMoves.put(l, l.number(0), 1, 64, Lift.ZERO, 0);
    MmxLift.enter(l);
  }

  private static void fromXmm(Lift l) {
    l.checkSse(false);
    MmxLift.check(l);
    int t = l.temp();
    l.sub(Op.XGET, 64, t, l.number(1), Lift.ZERO, 0, 0);
    MmxLift.put(l, 0, t);
  }
}
