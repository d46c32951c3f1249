package io.tlbscope.core.ir;

import io.tlbscope.core.memory.AtomicKind;

/**
 * Instructions with LOCK on a memory destination: one atomic operation that gives the old value,
 * then the flags and register results from that value and the operand, as without LOCK (Intel SDM
 * vol. 3A, 9.1.2.2).
 */
final class Locked {
  private static final int CARRY = 2;

  private Locked() {}

  /** True if the instruction's destination is memory and it must be indivisible. */
  static boolean asked(Lift l) {
    return l.in.lock() && l.isMemory(0);
  }

  /**
   * dst = memory; memory = kind(memory, r[b] + imm).
   *
   * @param expected slot, for compare and exchange
   */
  static void atomic(
      Lift l, AtomicKind kind, int width, int dst, int expected, int b, long imm, Address mem) {
    l.check(mem, width, true);
    l.add(
        Op.ATOMIC,
        width,
        dst,
        Lift.DISCARD,
        expected,
        b,
        Lift.ZERO,
        imm,
        kind.ordinal(),
        mem,
        null);
  }

  private static void atomic(
      Lift l, AtomicKind kind, int width, int dst, int b, long imm, Address mem) {
    atomic(l, kind, width, dst, Lift.ZERO, b, imm, mem);
  }

  /** ADD, ADC, SUB, SBB, AND, OR, XOR. */
  static void binary(Lift l, Op op) {
    int width = l.width(0);
    Address mem = l.memory(0);
    int source = l.slot(1);
    int old = l.temp();
    int b = source;
    long imm = l.imm(1);
    if (op == Op.ADC || op == Op.SBB) {
      b = l.temp();
      l.sub(Op.SET, 8, b, Lift.ZERO, Lift.ZERO, 0, CARRY);
      l.quiet(Op.ADD, width, b, b, source, imm);
      imm = 0;
    }
    if (op == Op.SUB || op == Op.SBB) {
      int negative = l.temp();
      l.quiet(Op.NEG, width, negative, Lift.ZERO, b, imm);
      b = negative;
      imm = 0;
    }
    AtomicKind kind =
        switch (op) {
          case AND -> AtomicKind.AND;
          case OR -> AtomicKind.OR;
          case XOR -> AtomicKind.XOR;
          default -> AtomicKind.ADD;
        };
    atomic(l, kind, width, old, b, imm, mem);
    l.alu(op, width, Lift.DISCARD, old, source, l.imm(1));
  }

  /** INC, DEC, NEG, NOT. */
  static void unary(Lift l, Op op) {
    int width = l.width(0);
    int old = l.temp();
    Address mem = l.memory(0);
    switch (op) {
      case INC -> atomic(l, AtomicKind.ADD, width, old, Lift.ZERO, 1, mem);
      case DEC -> atomic(l, AtomicKind.ADD, width, old, Lift.ZERO, -1, mem);
      case NEG -> atomic(l, AtomicKind.NEGATE, width, old, Lift.ZERO, 0, mem);
      default -> atomic(l, AtomicKind.XOR, width, old, Lift.ZERO, -1, mem);
    }
    if (op != Op.NOT) {
      l.alu(op, width, Lift.DISCARD, old, old, 0);
    }
  }

  /**
   * BTS, BTR, BTC on the unit at {@code mem}.
   *
   * @param bit slot of the bit number, of which {@code imm} is the rest
   */
  static void bit(Lift l, Op op, int width, Address mem, int bit, long imm) {
    int old = l.temp();
    boolean set = op != Op.BTR;
    AtomicKind kind =
        switch (op) {
          case BTS -> AtomicKind.OR;
          case BTR -> AtomicKind.AND;
          default -> AtomicKind.XOR;
        };
    if (bit == Lift.ZERO) {
      long mask = 1L << (imm & width - 1);
      atomic(l, kind, width, old, Lift.ZERO, set ? mask : ~mask, mem);
    } else {
      int mask = l.temp();
      int number = l.temp();
      l.quiet(Op.AND, width, number, bit, Lift.ZERO, width - 1);
      l.mov(64, mask, Lift.ZERO, 1);
      l.quiet(Op.SHL, 64, mask, mask, number, 0);
      if (!set) {
        l.quiet(Op.NOT, 64, mask, Lift.ZERO, mask, 0);
      }
      atomic(l, kind, width, old, mask, 0, mem);
    }
    l.alu(Op.BT, width, Lift.DISCARD, old, bit, imm);
  }
}
