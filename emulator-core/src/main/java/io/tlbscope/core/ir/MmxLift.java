package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;

/** The shapes that MMX instructions have. */
final class MmxLift {
  private MmxLift() {}

  static boolean isMmx(Lift l, int n) {
    return l.in.operand(n) instanceof Operand.Register r && r.file() == RegisterFile.MMX;
  }

  /** True if an MMX register is among the operands. */
  static boolean any(Lift l) {
    for (int n = 0; n < l.in.operands().size(); n++) {
      if (isMmx(l, n)) {
        return true;
      }
    }
    return false;
  }

  static void check(Lift l) {
    X87Lift.check(l, X87Check.MMX);
  }

  /** Slot with the value of operand {@code n}: an MMX register, memory, a general register. */
  static int value(Lift l, int n) {
    if (!isMmx(l, n)) {
      return l.slot(n);
    }
    int t = l.temp();
    l.sub(Op.MMX_GET, 64, t, Lift.ZERO, Lift.ZERO, 0, l.number(n));
    return t;
  }

  /** Operand {@code n} = slot. */
  static void put(Lift l, int n, int slot) {
    l.sub(Op.MMX_PUT, 64, Lift.DISCARD, Lift.ZERO, slot, 0, l.number(n));
  }

  /** All registers are valid now. */
  static void enter(Lift l) {
    l.sub(Op.MMX_PUT, 64, Lift.DISCARD, Lift.ZERO, Lift.ZERO, 0, -1);
  }

  /** dst = function(a, b, imm). */
  static void apply(Lift l, VectorFunction.Half function, int dst, int a, int b, long imm) {
    l.add(Op.MMX, 64, dst, Lift.DISCARD, a, b, Lift.ZERO, imm, 0, null, function);
  }

  /** mm, mm/m64[, imm8], and the shifts by a constant. */
  static void binary(Lift l, VectorFunction.Half function) {
    check(l);
    int a = value(l, 0);
    int b;
    long imm = 0;
    if (l.in.operand(1) instanceof Operand.Immediate count) {
      b = l.temp();
      l.mov(64, b, Lift.ZERO, count.value() & 0xFF);
    } else {
      b = value(l, 1);
      imm = l.in.operands().size() > 2 ? l.imm(2) & 0xFF : 0;
    }
    int t = l.temp();
    apply(l, function, t, a, b, imm);
    put(l, 0, t);
  }
}
