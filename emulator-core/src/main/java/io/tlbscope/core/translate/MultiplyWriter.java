package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Multiplication, and division where it cannot fault. */
final class MultiplyWriter implements Opcodes {
  private final RegionMethod m;
  private final FlagWriter flags;

  MultiplyWriter(RegionMethod m, FlagWriter flags) {
    this.m = m;
    this.flags = flags;
  }

  /** Divisions of these widths are left to the interpreter. */
  static boolean leavesDivision(IrOp op) {
    return op.bits() < 32;
  }

  /** Writes the operation; false if it is none of these. */
  boolean write(IrOp op, RegionExit fault) {
    switch (op.op()) {
      case IMUL -> low(op);
      case MULU, MULS -> wide(op, op.op() == Op.MULS);
      case DIVU -> divide(op, false, fault);
      case DIVS -> divide(op, true, fault);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void extend(int bits, boolean signed) {
    if (signed) {
      m.signExtend(bits);
    } else {
      m.zeroExtend(bits);
    }
  }

  /** WORDS: x the low half, sign-extended, y bit 63 set when it does not hold the product. */
  private void overflow(IrOp op, String how) {
    m.get(RegionMethod.T);
    m.signExtend(op.bits());
    m.put(RegionMethod.X);
    m.get(RegionMethod.T);
    m.get(RegionMethod.U);
    m.push(op.bits());
    m.call(RegionMethod.LAZY, how, "(JJI)J");
    m.put(RegionMethod.Y);
    flags.set(LazyFlags.WORDS, op.bits());
  }

  private void low(IrOp op) {
    m.load(op.a());
    m.signExtend(op.bits());
    m.operand(op);
    m.signExtend(op.bits());
    if (!op.flags()) {
      m.op(LMUL);
      m.zeroExtend(op.bits());
      m.store(op.dst());
      return;
    }
    m.op(DUP2_X2);
    m.put(RegionMethod.U);
    m.op(DUP2);
    m.put(RegionMethod.T);
    // Stack: y x. High half first, product then.
    m.call("java/lang/Math", "multiplyHigh", "(JJ)J");
    m.get(RegionMethod.T);
    m.get(RegionMethod.U);
    m.op(LMUL);
    m.put(RegionMethod.T);
    m.put(RegionMethod.U);
    overflow(op, "signedOverflow");
    m.get(RegionMethod.T);
    m.zeroExtend(op.bits());
    m.store(op.dst());
  }

  /** t = low 64 bits of the product, u = the 64 above (of extended operands). */
  private void wide(IrOp op, boolean signed) {
    m.load(op.a());
    extend(op.bits(), signed);
    m.put(RegionMethod.T);
    m.load(op.b());
    extend(op.bits(), signed);
    m.put(RegionMethod.U);
    if (op.bits() == 64) {
      m.get(RegionMethod.T);
      m.get(RegionMethod.U);
      m.call("java/lang/Math", signed ? "multiplyHigh" : "unsignedMultiplyHigh", "(JJ)J");
      m.get(RegionMethod.T);
      m.get(RegionMethod.U);
      m.op(LMUL);
      m.put(RegionMethod.T);
      m.put(RegionMethod.U);
      m.get(RegionMethod.U);
    } else {
      m.get(RegionMethod.T);
      m.get(RegionMethod.U);
      m.op(LMUL);
      m.put(RegionMethod.T);
      m.get(RegionMethod.T);
      m.push(63);
      m.op(signed ? LSHR : LUSHR);
      m.put(RegionMethod.U);
      m.get(RegionMethod.T);
      m.push(op.bits());
      m.op(LUSHR);
      m.zeroExtend(op.bits());
    }
    m.store(op.dst2());
    if (op.flags()) {
      overflow(op, signed ? "signedOverflow" : "unsignedOverflow");
    }
    m.get(RegionMethod.T);
    m.zeroExtend(op.bits());
    m.store(op.dst());
  }

  /** What would be #DE, and 128-bit dividends, leave the region. */
  private void divide(IrOp op, boolean signed, RegionExit fault) {
    m.ready(fault);
    if (op.bits() == 64) {
      dividend64(op, signed);
    } else {
      m.load(op.c());
      m.push(32);
      m.op(LSHL);
      m.load(op.a());
      m.zeroExtend(32);
      m.op(LOR);
      m.put(RegionMethod.T);
    }
    m.load(op.b());
    extend(op.bits(), signed);
    m.put(RegionMethod.U);
    m.get(RegionMethod.U);
    m.push(0L);
    m.op(LCMP);
    m.jump(IFEQ, m.out());
    if (signed && op.bits() == 64) {
      notMinimumByMinusOne();
    }
    m.get(RegionMethod.T);
    m.get(RegionMethod.U);
    if (signed) {
      m.op(LDIV);
    } else {
      m.call("java/lang/Long", "divideUnsigned", "(JJ)J");
    }
    m.put(RegionMethod.VA);
    // Next to the division, with the same operands: C2 makes one machine instruction of the two.
    m.get(RegionMethod.T);
    m.get(RegionMethod.U);
    if (signed) {
      m.op(LREM);
    } else {
      m.call("java/lang/Long", "remainderUnsigned", "(JJ)J");
    }
    m.put(RegionMethod.T);
    if (op.bits() == 32) {
      m.get(RegionMethod.VA);
      m.get(RegionMethod.VA);
      extend(32, signed);
      m.op(LCMP);
      m.jump(IFNE, m.out());
    }
    m.get(RegionMethod.T);
    m.zeroExtend(op.bits());
    m.store(op.dst2());
    m.get(RegionMethod.VA);
    m.zeroExtend(op.bits());
    m.store(op.dst());
  }

  private void dividend64(IrOp op, boolean signed) {
    m.load(op.a());
    m.put(RegionMethod.T);
    m.load(op.c());
    if (signed) {
      m.get(RegionMethod.T);
      m.push(63);
      m.op(LSHR);
    } else {
      m.push(0L);
    }
    m.op(LCMP);
    m.jump(IFNE, m.out());
  }

  private void notMinimumByMinusOne() {
    Label fine = new Label();
    m.get(RegionMethod.U);
    m.push(-1L);
    m.op(LCMP);
    m.jump(IFNE, fine);
    m.get(RegionMethod.T);
    m.push(Long.MIN_VALUE);
    m.op(LCMP);
    m.jump(IFEQ, m.out());
    m.label(fine);
  }
}
