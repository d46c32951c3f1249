package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.VectorFunction;
import io.tlbscope.core.translate.AccessSites.Kind;
import org.objectweb.asm.Opcodes;

/** XMM registers, which stay in their array; functions that the lifter chose are constants. */
final class VectorWriter implements Opcodes {
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
        m.put(RegionMethod.T);
        put(2 * op.dst() + op.sub(), RegionMethod.T);
      }
      case XGET -> {
        get(2 * op.a() + op.sub());
        m.zeroExtend(op.bits());
        m.store(op.dst());
      }
      case VECTOR -> apply(op, VectorFunction.class, "([JIII)V");
      case XFROM -> apply(op, VectorFunction.FromGeneral.class, "([JIJI)V");
      case XTO -> apply(op, VectorFunction.ToGeneral.class, "([JII)J");
      case FCOMPARE -> {
        if (op.flags()) {
          get(2 * op.a());
          m.put(RegionMethod.X);
          get(2 * op.b());
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

  private void get(int quadword) {
    m.v.visitVarInsn(ALOAD, RegionMethod.XMM);
    m.push(quadword);
    m.op(LALOAD);
  }

  private void put(int quadword, int from) {
    m.v.visitVarInsn(ALOAD, RegionMethod.XMM);
    m.push(quadword);
    m.get(from);
    m.op(LASTORE);
  }

  private void load(IrOp op, RegionExit exit) {
    memory.host(Kind.READ, op.mem(), op.bits(), exit);
    if (op.bits() == 128) {
      m.op(DUP2);
      m.push(8L);
      m.op(LADD);
      memory.get(64);
      m.put(RegionMethod.U);
      memory.get(64);
    } else {
      memory.get(op.bits());
      m.push(0L);
      m.put(RegionMethod.U);
    }
    m.put(RegionMethod.T);
    put(2 * op.dst(), RegionMethod.T);
    put(2 * op.dst() + 1, RegionMethod.U);
  }

  private void store(IrOp op, RegionExit exit) {
    memory.host(Kind.WRITE, op.mem(), op.bits(), exit);
    if (op.bits() == 128) {
      m.op(DUP2);
      get(2 * op.a());
      memory.set(64);
      m.push(8L);
      m.op(LADD);
      get(2 * op.a() + 1);
      memory.set(64);
    } else {
      get(2 * op.a());
      memory.set(op.bits());
    }
  }

  /** Calls the function, whose only implementation HotSpot then inlines. */
  private void apply(IrOp op, Class<?> type, String descriptor) {
    m.constant(op.extra(), type);
    m.v.visitVarInsn(ALOAD, RegionMethod.XMM);
    switch (op.op()) {
      case VECTOR -> {
        m.push(2 * op.dst());
        m.push(2 * op.b());
      }
      case XFROM -> {
        m.push(2 * op.dst());
        m.load(op.a());
      }
      default -> m.push(2 * op.b());
    }
    m.push((int) op.imm());
    m.v.visitMethodInsn(
        INVOKEINTERFACE, type.getName().replace('.', '/'), "apply", descriptor, true);
    if (type == VectorFunction.ToGeneral.class) {
      m.zeroExtend(op.bits());
      m.store(op.dst());
    }
  }
}
