package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.ir.IrOp;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Arithmetic, logic and shifts. */
final class AluWriter implements Opcodes {
  private static final int DISCARD = CpuState.SLOTS - 1;

  private final RegionMethod m;
  private final FlagWriter flags;

  AluWriter(RegionMethod m, FlagWriter flags) {
    this.m = m;
    this.flags = flags;
  }

  static boolean constantCount(IrOp op) {
    return op.b() == CpuState.ZERO;
  }

  /** Count of a shift by a constant. */
  static int count(IrOp op) {
    return (int) op.imm() & countMask(op);
  }

  /** A rotation whose count may turn out 0 leaves the flags alone. */
  static boolean mayDoNothing(IrOp op) {
    return switch (op.op()) {
      case ROL, ROR -> !constantCount(op);
      default -> false;
    };
  }

  private static int countMask(IrOp op) {
    return op.bits() == 64 ? 63 : 31;
  }

  /** Writes the operation; false if it is none of these. */
  boolean write(IrOp op) {
    switch (op.op()) {
      case ADD -> binary(op, LADD, LazyFlags.ADD);
      case SUB -> binary(op, LSUB, LazyFlags.SUB);
      case AND -> logic(op, LAND);
      case OR -> logic(op, LOR);
      case XOR -> logic(op, LXOR);
      case ADC -> withCarry(op, LADD, LazyFlags.ADC);
      case SBB -> withCarry(op, LSUB, LazyFlags.SBB);
      case INC -> step(op, LADD, LazyFlags.INC);
      case DEC -> step(op, LSUB, LazyFlags.DEC);
      case NEG -> negate(op);
      case NOT -> {
        m.operand(op);
        m.push(-1L);
        m.op(LXOR);
        result(op);
      }
      case SHL, SHR, SAR -> shift(op);
      case ROL, ROR -> rotate(op);
      case SHLD, SHRD -> {
        if (op.flags() || op.bits() == 16) {
          return false;
        }
        doubled(op);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The value on top becomes the destination's. */
  private void result(IrOp op) {
    if (op.dst() != DISCARD) {
      m.zeroExtend(op.bits());
    }
    m.store(op.dst());
  }

  /** Puts a and B where lazy flags look for them. */
  private void operands(IrOp op) {
    m.load(op.a());
    m.operand(op);
    m.put(RegionMethod.Y);
    m.put(RegionMethod.X);
  }

  private void binary(IrOp op, int opcode, int kind) {
    if (!op.flags()) {
      m.load(op.a());
      m.operand(op);
      m.op(opcode);
      result(op);
      return;
    }
    operands(op);
    if (op.dst() != DISCARD) {
      m.get(RegionMethod.X);
      m.get(RegionMethod.Y);
      m.op(opcode);
      result(op);
    }
    flags.set(kind, op.bits());
  }

  private void logic(IrOp op, int opcode) {
    m.load(op.a());
    m.operand(op);
    m.op(opcode);
    m.zeroExtend(op.bits());
    if (op.flags()) {
      m.op(DUP2);
      m.put(RegionMethod.X);
      flags.set(LazyFlags.LOGIC, op.bits());
    }
    m.store(op.dst());
  }

  private void withCarry(IrOp op, int opcode, int kind) {
    flags.carryWord();
    m.push(63);
    m.op(LUSHR);
    m.put(RegionMethod.T);
    m.load(op.a());
    m.operand(op);
    if (op.flags()) {
      m.put(RegionMethod.Y);
      m.put(RegionMethod.X);
      m.get(RegionMethod.X);
      m.get(RegionMethod.Y);
    }
    m.op(opcode);
    m.get(RegionMethod.T);
    m.op(opcode);
    result(op);
    if (op.flags()) {
      m.get(RegionMethod.T);
      m.op(L2I);
      flags.setWith(kind, op.bits());
    }
  }

  private void step(IrOp op, int opcode, int kind) {
    if (op.flags()) {
      flags.carryWord();
      m.put(RegionMethod.Y);
      m.load(op.a());
      m.op(DUP2);
      m.put(RegionMethod.X);
      flags.set(kind, op.bits());
    } else {
      m.load(op.a());
    }
    m.push(1L);
    m.op(opcode);
    result(op);
  }

  private void negate(IrOp op) {
    m.operand(op);
    if (op.flags()) {
      m.op(DUP2);
      m.put(RegionMethod.Y);
      m.push(0L);
      m.put(RegionMethod.X);
      flags.set(LazyFlags.SUB, op.bits());
    }
    m.op(LNEG);
    result(op);
  }

  /** The shift's operand, extended as it wants it. */
  private void shiftOperand(IrOp op) {
    m.load(op.a());
    switch (op.op()) {
      case SHR -> m.zeroExtend(op.bits());
      case SAR -> m.signExtend(op.bits());
      default -> {}
    }
  }

  private static int shiftOpcode(IrOp op) {
    return switch (op.op()) {
      case SHL -> LSHL;
      case SHR -> LUSHR;
      default -> LSHR;
    };
  }

  private void shiftCount(IrOp op) {
    if (constantCount(op)) {
      m.push(count(op));
    } else {
      m.load(op.b());
      m.op(L2I);
      m.push(countMask(op));
      m.op(IAND);
    }
  }

  private void shift(IrOp op) {
    int kind =
        switch (op.op()) {
          case SHL -> LazyFlags.SHL;
          case SHR -> LazyFlags.SHR;
          default -> LazyFlags.SAR;
        };
    if (!op.flags() || constantCount(op) && count(op) == 0) {
      shiftOperand(op);
      shiftCount(op);
      m.op(shiftOpcode(op));
      if (op.op() == io.tlbscope.core.ir.Op.SHR) {
        m.store(op.dst());
      } else {
        result(op);
      }
      return;
    }
    shiftOperand(op);
    m.put(RegionMethod.T);
    m.get(RegionMethod.T);
    shiftCount(op);
    m.op(shiftOpcode(op));
    m.put(RegionMethod.U);
    long before = flags.kinds;
    Label none = new Label();
    if (!constantCount(op)) {
      shiftCount(op);
      m.jump(IFEQ, none);
    }
    m.get(RegionMethod.T);
    m.put(RegionMethod.X);
    m.get(RegionMethod.U);
    m.put(RegionMethod.Y);
    shiftCount(op);
    flags.setWith(kind, op.bits());
    if (!constantCount(op)) {
      m.label(none);
      flags.kinds |= before;
    }
    m.get(RegionMethod.U);
    result(op);
  }

  private void rotate(IrOp op) {
    rotated(op);
    m.zeroExtend(op.bits());
    boolean left = op.op() == io.tlbscope.core.ir.Op.ROL;
    if (!FlagKinds.setsApart(op)) {
      m.store(op.dst());
      return;
    }
    m.put(RegionMethod.T);
    Label none = new Label();
    if (!constantCount(op)) {
      shiftCount(op);
      m.jump(IFEQ, none);
    }
    m.get(RegionMethod.T);
    m.push(op.bits());
    m.call(RegionMethod.LAZY, left ? "carryOfRotateLeft" : "carryOfRotateRight", "(JI)J");
    flags.setApart();
    if (!constantCount(op)) {
      m.label(none);
    }
    m.get(RegionMethod.T);
    m.store(op.dst());
  }

  private void rotated(IrOp op) {
    boolean left = op.op() == io.tlbscope.core.ir.Op.ROL;
    int bits = op.bits();
    m.load(op.a());
    if (bits >= 32) {
      if (bits == 32) {
        m.op(L2I);
      }
      shiftCount(op);
      String type = bits == 32 ? "Integer" : "Long";
      m.call(
          "java/lang/" + type, left ? "rotateLeft" : "rotateRight", bits == 32 ? "(II)I" : "(JI)J");
      if (bits == 32) {
        m.op(I2L);
      }
      return;
    }
    // The operand several times over in 64 bits: what leaves at one end comes in at the other.
    m.zeroExtend(bits);
    m.push(bits == 8 ? 0x0101_0101_0101_0101L : 0x0001_0001_0001_0001L);
    m.op(LMUL);
    shiftCount(op);
    m.push(bits - 1);
    m.op(IAND);
    m.call("java/lang/Long", left ? "rotateLeft" : "rotateRight", "(JI)J");
  }

  /** Flags dead; 32 or 64 bits. */
  private void doubled(IrOp op) {
    boolean left = op.op() == io.tlbscope.core.ir.Op.SHLD;
    int bits = op.bits();
    Label none = new Label();
    m.load(op.a());
    m.zeroExtend(bits);
    m.put(RegionMethod.T);
    if (!constantCount(op)) {
      shiftCount(op);
      m.jump(IFEQ, none);
    } else if (count(op) == 0) {
      m.get(RegionMethod.T);
      m.store(op.dst());
      return;
    }
    m.get(RegionMethod.T);
    shiftCount(op);
    m.op(left ? LSHL : LUSHR);
    m.load(op.c());
    m.zeroExtend(bits);
    m.push(bits);
    shiftCount(op);
    m.op(ISUB, left ? LUSHR : LSHL, LOR);
    m.zeroExtend(bits);
    m.put(RegionMethod.T);
    if (!constantCount(op)) {
      m.label(none);
    }
    m.get(RegionMethod.T);
    m.store(op.dst());
  }
}
