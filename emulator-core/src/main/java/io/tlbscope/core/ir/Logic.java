package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** AND, OR, XOR, TEST, NOT (Intel SDM vol. 1, 7.3.4). CF = OF = 0; AF, undefined, becomes 0. */
final class Logic {
  private Logic() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.AND, l -> Arithmetic.binary(l, Op.AND));
    table.put(Mnemonic.OR, l -> Arithmetic.binary(l, Op.OR));
    table.put(Mnemonic.XOR, l -> Arithmetic.binary(l, Op.XOR));
    table.put(Mnemonic.TEST, l -> Arithmetic.compare(l, Op.AND));
    table.put(Mnemonic.NOT, l -> Arithmetic.unary(l, Op.NOT));
  }
}
