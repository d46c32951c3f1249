package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** Shifts and rotates (Intel SDM vol. 1, 7.3.5 and 7.3.6); the count is an immediate or CL. */
final class Shifts {
  private Shifts() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.SHL, l -> Arithmetic.binary(l, Op.SHL));
    table.put(Mnemonic.SHR, l -> Arithmetic.binary(l, Op.SHR));
    table.put(Mnemonic.SAR, l -> Arithmetic.binary(l, Op.SAR));
    table.put(Mnemonic.ROL, l -> Arithmetic.binary(l, Op.ROL));
    table.put(Mnemonic.ROR, l -> Arithmetic.binary(l, Op.ROR));
    table.put(Mnemonic.RCL, l -> Arithmetic.binary(l, Op.RCL));
    table.put(Mnemonic.RCR, l -> Arithmetic.binary(l, Op.RCR));
    table.put(Mnemonic.SHLD, l -> doubled(l, Op.SHLD));
    table.put(Mnemonic.SHRD, l -> doubled(l, Op.SHRD));
  }

  private static void doubled(Lift l, Op op) {
    int width = l.width(0);
    int fill = l.slot(1);
    int count = l.slot(2);
    if (l.isMemory(0)) {
      Address mem = l.memory(0);
      int t = l.temp();
      l.loadForStore(width, t, mem);
      int result = l.temp();
      l.add(op, width, result, Lift.DISCARD, t, count, fill, l.imm(2), 0, null, null);
      l.storeBack(width, mem, result);
    } else {
      int result = l.target(0);
      l.add(op, width, result, Lift.DISCARD, l.slot(0), count, fill, l.imm(2), 0, null, null);
      l.put(0, result);
    }
  }
}
