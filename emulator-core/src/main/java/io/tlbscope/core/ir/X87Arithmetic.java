package io.tlbscope.core.ir;

import io.tlbscope.core.fp.ExtendedArithmetic;
import io.tlbscope.core.fp.ExtendedArithmetic.Binary;
import io.tlbscope.core.fp.ExtendedScale;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.x87.Arithmetic;
import io.tlbscope.core.x87.Arithmetic.Format;
import java.util.Map;

/** x87 basic arithmetic (Intel SDM vol. 1, 8.3.5). */
final class X87Arithmetic {
  private X87Arithmetic() {}

  static void register(Map<Mnemonic, Family> table) {
    family(table, "ADD", ExtendedArithmetic::add);
    family(table, "MUL", ExtendedArithmetic::multiply);
    family(table, "SUB", ExtendedArithmetic::subtract);
    family(table, "SUBR", ExtendedArithmetic::subtractReversed);
    family(table, "DIV", ExtendedArithmetic::divide);
    family(table, "DIVR", ExtendedArithmetic::divideReversed);
    unary(table, Mnemonic.FSQRT, ExtendedArithmetic::squareRoot);
    unary(table, Mnemonic.FRNDINT, ExtendedScale::roundToInteger);
    unary(table, Mnemonic.FCHS, Arithmetic::changeSign);
    unary(table, Mnemonic.FABS, Arithmetic::absolute);
    table.put(Mnemonic.FSCALE, X87Lift.fixed(Arithmetic.toTop(ExtendedScale::scale), 1));
    table.put(Mnemonic.FPREM, X87Lift.fixed(Arithmetic.remainder(false), 1));
    table.put(Mnemonic.FPREM1, X87Lift.fixed(Arithmetic.remainder(true), 1));
    table.put(Mnemonic.FXTRACT, X87Lift.fixed(Arithmetic::extract, 0));
  }

  private static void unary(Map<Mnemonic, Family> table, Mnemonic mnemonic, Arithmetic.Unary op) {
    table.put(mnemonic, X87Lift.fixed(Arithmetic.unary(op), 0));
  }

  private static void family(Map<Mnemonic, Family> table, String name, Binary op) {
    Family toTop = X87Lift.registers(Arithmetic.toTop(op));
    Family toRegister = X87Lift.registers(Arithmetic.toRegister(op));
    table.put(
        Mnemonic.valueOf("F" + name),
        l -> {
          if (l.isMemory(0)) {
            Format format = l.width(0) == 32 ? Format.FLOAT : Format.DOUBLE;
            X87Lift.memory(l, Arithmetic.memory(op, format));
          } else if (l.number(0) == 0) {
            toTop.lift(l);
          } else {
            toRegister.lift(l);
          }
        });
    table.put(Mnemonic.valueOf("F" + name + "P"), X87Lift.registers(Arithmetic.toRegisterPop(op)));
    table.put(
        Mnemonic.valueOf("FI" + name),
        l -> X87Lift.memory(l, Arithmetic.memory(op, integer(l.width(0)))));
  }

  /** Format of an integer of 16, 32 or 64 bits. */
  static Format integer(int bits) {
    return switch (bits) {
      case 16 -> Format.INT16;
      case 32 -> Format.INT32;
      default -> Format.INT64;
    };
  }
}
