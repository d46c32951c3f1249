package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** MUL, IMUL, DIV, IDIV (Intel SDM vol. 1, 7.3.2.5). */
final class Multiply {
  private Multiply() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.MUL, l -> wide(l, Op.MULU));
    table.put(Mnemonic.IMUL, Multiply::signed);
    table.put(Mnemonic.DIV, l -> divide(l, Op.DIVU));
    table.put(Mnemonic.IDIV, l -> divide(l, Op.DIVS));
  }

  private static void signed(Lift l) {
    int count = l.in.operands().size();
    if (count == 1) {
      wide(l, Op.MULS);
      return;
    }
    int a = l.slot(count - 2);
    int b = l.slot(count - 1);
    int result = l.target(0);
    l.alu(Op.IMUL, l.width(0), result, a, b, l.imm(count - 1));
    l.put(0, result);
  }

  /** AX = AL * operand, else rDX:rAX = rAX * operand. */
  private static void wide(Lift l, Op op) {
    int width = l.width(0);
    int source = l.slot(0);
    int low = l.temp();
    int high = l.temp();
    l.add(op, width, low, high, Lift.RAX, source, Lift.ZERO, 0, 0, null, null);
    results(l, width, low, high);
  }

  private static void divide(Lift l, Op op) {
    int width = l.width(0);
    int divisor = l.slot(0);
    int high = Lift.RDX;
    if (width == 8) {
      high = l.temp();
      l.alu(Op.GET8H, 8, high, Lift.RAX, Lift.ZERO, 0);
    }
    int quotient = l.temp();
    int remainder = l.temp();
    l.add(op, width, quotient, remainder, Lift.RAX, divisor, high, 0, 0, null, null);
    results(l, width, quotient, remainder);
  }

  private static void results(Lift l, int width, int low, int high) {
    l.putRegister(Lift.RAX, width, false, low);
    if (width == 8) {
      l.putRegister(Lift.RAX, 8, true, high);
    } else {
      l.putRegister(Lift.RDX, width, false, high);
    }
  }
}
