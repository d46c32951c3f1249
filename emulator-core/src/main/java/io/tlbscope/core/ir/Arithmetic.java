package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import java.util.Map;

/**
 * ADD, ADC, SUB, SBB, CMP, INC, DEC, NEG and their like on one or two operands (Intel SDM vol. 1,
 * 7.3.2).
 */
final class Arithmetic {
  private Arithmetic() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.ADD, l -> binary(l, Op.ADD));
    table.put(Mnemonic.ADC, l -> binary(l, Op.ADC));
    table.put(Mnemonic.SUB, l -> binary(l, Op.SUB));
    table.put(Mnemonic.SBB, l -> binary(l, Op.SBB));
    table.put(Mnemonic.CMP, l -> compare(l, Op.SUB));
    table.put(Mnemonic.INC, l -> unary(l, Op.INC));
    table.put(Mnemonic.DEC, l -> unary(l, Op.DEC));
    table.put(Mnemonic.NEG, l -> unary(l, Op.NEG));
    table.put(Mnemonic.CBW, l -> extendAccumulator(l, 8));
    table.put(Mnemonic.CWDE, l -> extendAccumulator(l, 16));
    table.put(Mnemonic.CDQE, l -> extendAccumulator(l, 32));
    table.put(Mnemonic.CWD, l -> signToRdx(l, 16));
    table.put(Mnemonic.CDQ, l -> signToRdx(l, 32));
    table.put(Mnemonic.CQO, l -> signToRdx(l, 64));
  }

  /** destination = destination op source. */
  static void binary(Lift l, Op op) {
    int width = l.width(0);
    if (Locked.asked(l)) {
      Locked.binary(l, op);
    } else if (l.isMemory(0)) {
      Address mem = l.memory(0);
      int source = l.slot(1);
      int t = l.temp();
      l.loadForStore(width, t, mem);
      int result = l.temp();
      l.alu(op, width, result, t, source, l.imm(1));
      l.storeBack(width, mem, result);
    } else {
      int a = l.slot(0);
      int b = l.slot(1);
      int result = l.target(0);
      l.alu(op, width, result, a, b, l.imm(1));
      l.put(0, result);
    }
  }

  /** Flags only. */
  static void compare(Lift l, Op op) {
    int a = l.slot(0);
    int b = l.slot(1);
    l.alu(op, l.width(0), Lift.DISCARD, a, b, l.imm(1));
  }

  /** destination = op destination; the operand is both a and B. */
  static void unary(Lift l, Op op) {
    int width = l.width(0);
    if (Locked.asked(l)) {
      Locked.unary(l, op);
    } else if (l.isMemory(0)) {
      Address mem = l.memory(0);
      int t = l.temp();
      l.loadForStore(width, t, mem);
      int result = l.temp();
      l.alu(op, width, result, t, t, 0);
      l.storeBack(width, mem, result);
    } else {
      int a = l.slot(0);
      int result = l.target(0);
      l.alu(op, width, result, a, a, 0);
      l.put(0, result);
    }
  }

  private static void extendAccumulator(Lift l, int from) {
    int t = l.temp();
    l.sub(Op.SEXT, 2 * from, t, Lift.ZERO, Lift.RAX, 0, from);
    l.putRegister(Lift.RAX, 2 * from, false, t);
  }

  private static void signToRdx(Lift l, int width) {
    int wide = l.temp();
    l.sub(Op.SEXT, 64, wide, Lift.ZERO, Lift.RAX, 0, width);
    l.quiet(Op.SAR, 64, wide, wide, Lift.ZERO, 63);
    l.putRegister(Lift.RDX, width, false, wide);
  }

  /** True if operand {@code n} is an immediate. */
  static boolean isImmediate(Lift l, int n) {
    return l.in.operand(n) instanceof Operand.Immediate;
  }
}
