package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Moves between slots, selections, bit operations without flags. */
final class MoveWriter implements Opcodes {
  private final RegionMethod m;
  private final FlagWriter flags;

  MoveWriter(RegionMethod m, FlagWriter flags) {
    this.m = m;
    this.flags = flags;
  }

  /** Writes the operation; false if it is none of these. */
  boolean write(IrOp op) {
    switch (op.op()) {
      case MOV -> {
        m.operand(op);
        m.zeroExtend(op.bits());
        m.store(op.dst());
      }
      case SEXT -> {
        m.operand(op);
        m.signExtend(op.sub());
        m.zeroExtend(op.bits());
        m.store(op.dst());
      }
      case GET8H -> {
        m.load(op.a());
        m.push(8);
        m.op(LUSHR);
        m.zeroExtend(8);
        m.store(op.dst());
      }
      case PUT8 -> part(op, 0xFFL, 0);
      case PUT8H -> part(op, 0xFF00L, 8);
      case PUT16 -> part(op, 0xFFFFL, 0);
      case BSWAP -> {
        m.load(op.a());
        m.call("java/lang/Long", "reverseBytes", "(J)J");
        if (op.bits() < 64) {
          m.push(64 - op.bits());
          m.op(LUSHR);
        }
        m.store(op.dst());
      }
      case SELECT -> select(op);
      case SET -> set(op);
      case BIT_UNIT -> {
        m.load(op.b());
        m.signExtend(op.bits());
        int shift = Integer.numberOfTrailingZeros(op.bits());
        m.push(shift);
        m.op(LSHR);
        m.push(shift - 3);
        m.op(LSHL);
        m.store(op.dst());
      }
      case BSF, BSR -> scan(op);
      case POPCNT -> {
        count(op);
      }
      case BT, BTS, BTR, BTC -> {
        bit(op);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void part(IrOp op, long mask, int shift) {
    m.load(op.dst());
    m.push(~mask);
    m.op(LAND);
    m.operand(op);
    if (shift != 0) {
      m.push(shift);
      m.op(LSHL);
    }
    m.push(mask);
    m.op(LAND, LOR);
    m.store(op.dst());
  }

  private void select(IrOp op) {
    Label yes = new Label();
    // Through a scratch local: the operand stack is empty at every label.
    m.load(op.a());
    m.put(RegionMethod.T);
    flags.jumpIf(op.sub() ^ 1, yes);
    m.operand(op);
    m.put(RegionMethod.T);
    m.label(yes);
    m.get(RegionMethod.T);
    m.zeroExtend(op.bits());
    m.store(op.dst());
  }

  private void set(IrOp op) {
    Label no = new Label();
    m.push(0L);
    m.put(RegionMethod.T);
    flags.jumpIf(op.sub() ^ 1, no);
    m.push(1L);
    m.put(RegionMethod.T);
    m.label(no);
    m.get(RegionMethod.T);
    m.store(op.dst());
  }

  /** ZF says whether the source was 0; the destination stays as it was then. */
  private void scan(IrOp op) {
    boolean forward = op.op() == io.tlbscope.core.ir.Op.BSF;
    Label zero = new Label();
    m.load(op.a());
    m.zeroExtend(op.bits());
    m.put(RegionMethod.T);
    if (op.flags()) {
      m.get(RegionMethod.T);
      m.put(RegionMethod.X);
      flags.set(LazyFlags.LOGIC, op.bits());
    }
    m.get(RegionMethod.T);
    m.push(0L);
    m.op(LCMP);
    m.jump(IFEQ, zero);
    if (!forward) {
      m.push(63);
    }
    m.get(RegionMethod.T);
    m.call("java/lang/Long", forward ? "numberOfTrailingZeros" : "numberOfLeadingZeros", "(J)I");
    if (!forward) {
      m.op(ISUB);
    }
    m.op(I2L);
    m.store(op.dst());
    m.label(zero);
  }

  private void count(IrOp op) {
    m.load(op.a());
    m.zeroExtend(op.bits());
    if (op.flags()) {
      m.op(DUP2);
      m.put(RegionMethod.X);
      flags.set(LazyFlags.COUNT, op.bits());
    }
    m.call("java/lang/Long", "bitCount", "(J)I");
    m.op(I2L);
    m.store(op.dst());
  }

  private void bit(IrOp op) {
    if (op.flags()) {
      flags.carryAndOverflowWord();
      m.load(op.a());
      m.operand(op);
      m.push(op.bits() - 1L);
      m.op(LAND);
      m.call(RegionMethod.LAZY, "carryOfBit", "(JJJ)J");
      flags.setApart();
    }
    m.load(op.a());
    if (op.op() != io.tlbscope.core.ir.Op.BT) {
      m.push(1L);
      m.operand(op);
      m.op(L2I);
      m.push(op.bits() - 1);
      m.op(IAND, LSHL);
      switch (op.op()) {
        case BTS -> m.op(LOR);
        case BTC -> m.op(LXOR);
        default -> {
          m.push(-1L);
          m.op(LXOR, LAND);
        }
      }
    }
    m.zeroExtend(op.bits());
    m.store(op.dst());
  }
}
