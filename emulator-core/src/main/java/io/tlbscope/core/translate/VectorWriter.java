package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.ir.VectorFunction;
import io.tlbscope.core.translate.AccessSites.Kind;
import org.objectweb.asm.Opcodes;

/** XMM registers, in locals by quadwords; functions that the lifter chose are constants. */
final class VectorWriter implements Opcodes {
  private static final String HALF = "io/tlbscope/core/ir/VectorFunction$Half";

  private final RegionMethod m;
  private final FlagWriter flags;
  private final MemoryWriter memory;

  VectorWriter(RegionMethod m, FlagWriter flags, MemoryWriter memory) {
    this.m = m;
    this.flags = flags;
    this.memory = memory;
  }

  /** Writes the operation; false if it is none of these. */
  boolean write(IrOp op, RegionExit exit) {
    switch (op.op()) {
      case SSE_CHECK -> {
        // Asked when the region is entered.
      }
      case XLOAD -> load(op, exit);
      case XSTORE -> store(op, exit);
      case XPUT -> {
        m.operand(op);
        m.zeroExtend(op.bits());
        m.storeQuadword(2 * op.dst() + op.sub());
      }
      case XGET -> {
        m.loadQuadword(2 * op.a() + op.sub());
        m.zeroExtend(op.bits());
        m.store(op.dst());
      }
      case VECTOR, XFROM -> apply(op);
      case XTO -> {
        m.constant(op.extra(), VectorFunction.Half.class);
        m.push(0L);
        m.push(0L);
        m.loadQuadword(2 * op.b());
        m.loadQuadword(2 * op.b() + 1);
        call(op);
        m.zeroExtend(op.bits());
        m.store(op.dst());
      }
      case FCOMPARE -> {
        if (op.flags()) {
          m.loadQuadword(2 * op.a());
          m.put(RegionMethod.X);
          m.loadQuadword(2 * op.b());
          m.put(RegionMethod.Y);
          flags.set(LazyFlags.FLOATS, op.bits());
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void load(IrOp op, RegionExit exit) {
    memory.host(Kind.READ, op.mem(), op.bits(), exit);
    if (op.bits() == 128) {
      m.op(DUP2);
      m.push(8L);
      m.op(LADD);
      memory.get(64);
      m.storeQuadword(2 * op.dst() + 1);
      memory.get(64);
      m.storeQuadword(2 * op.dst());
    } else {
      memory.get(op.bits());
      m.storeQuadword(2 * op.dst());
      m.push(0L);
      m.storeQuadword(2 * op.dst() + 1);
    }
  }

  private void store(IrOp op, RegionExit exit) {
    memory.host(Kind.WRITE, op.mem(), op.bits(), exit);
    if (op.bits() == 128) {
      m.op(DUP2);
      m.loadQuadword(2 * op.a());
      memory.set(64);
      m.push(8L);
      m.op(LADD);
      m.loadQuadword(2 * op.a() + 1);
      memory.set(64);
    } else {
      m.loadQuadword(2 * op.a());
      memory.set(op.bits());
    }
  }

  /** Both halves from the registers before; a half's only implementation HotSpot inlines. */
  private void apply(IrOp op) {
    VectorFunction function = op.extra(VectorFunction.class);
    if (function.high() != null) {
      half(op, function.high());
      m.put(RegionMethod.U);
    }
    half(op, function.low());
    m.storeQuadword(2 * op.dst());
    if (function.high() != null) {
      m.get(RegionMethod.U);
      m.storeQuadword(2 * op.dst() + 1);
    }
  }

  private void half(IrOp op, VectorFunction.Half half) {
    m.constant(half, VectorFunction.Half.class);
    m.loadQuadword(2 * op.dst());
    m.loadQuadword(2 * op.dst() + 1);
    if (op.op() == Op.XFROM) {
      m.load(op.a());
      m.push(0L);
    } else {
      m.loadQuadword(2 * op.b());
      m.loadQuadword(2 * op.b() + 1);
    }
    call(op);
  }

  private void call(IrOp op) {
    m.push((int) op.imm());
    m.v.visitMethodInsn(INVOKEINTERFACE, HALF, "apply", "(JJJJI)J", true);
  }
}
