package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.ir.VectorFunction;
import io.tlbscope.core.translate.AccessSites.Kind;
import org.objectweb.asm.Opcodes;

/** XMM registers, in locals by quadwords; functions that the lifter chose are constants. */
final class VectorWriter implements Opcodes {
  /** Bytes of bytecode behind a half that C2 inlines, about. */
  private static final int INLINED_HALF = 60;

  /** The same for arithmetic. */
  private static final int INLINED_FLOATS = 150;

  private static final String CODE = "io/tlbscope/core/translate/FloatCode";
  private static final String CPU = "Lio/tlbscope/core/vcpu/Processor;";
  private static final String UNIT = "Lio/tlbscope/core/fp/FloatUnit;";
  private static final String FLOAT_HALF = "io/tlbscope/core/ir/VectorFunction$FloatHalf";
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
        boolean floats = function(op.extra());
        m.push(0L);
        m.push(0L);
        m.loadQuadword(2 * op.b());
        m.loadQuadword(2 * op.b() + 1);
        call(op, floats);
        m.zeroExtend(op.bits());
        m.store(op.dst());
      }
      case FCOMPARE -> compare(op);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void load(IrOp op, RegionExit exit) {
    memory.host(Kind.READ, op.mem(), op.bits(), exit);
    if (op.bits() == 128) {
      memory.load(64, 0);
      m.put(RegionMethod.T);
      memory.load(64, 8);
      m.storeQuadword(2 * op.dst() + 1);
      m.get(RegionMethod.T);
      m.storeQuadword(2 * op.dst());
    } else {
      if (op.bits() == 64 && m.isDouble(2 * op.dst())) {
        memory.loadDouble();
        m.storeDouble(2 * op.dst());
      } else {
        memory.load(op.bits(), 0);
        m.storeQuadword(2 * op.dst());
      }
      m.push(0L);
      m.storeQuadword(2 * op.dst() + 1);
    }
  }

  private void store(IrOp op, RegionExit exit) {
    memory.host(Kind.WRITE, op.mem(), op.bits(), exit);
    memory.store(Math.min(op.bits(), 64), 0, () -> m.loadQuadword(2 * op.a()));
    if (op.bits() == 128) {
      memory.store(64, 8, () -> m.loadQuadword(2 * op.a() + 1));
    }
  }

  private void apply(IrOp op) {
    VectorFunction function = op.extra(VectorFunction.class);
    switch (function.shape()) {
      case COPY -> {
        source(op, 0);
        m.put(RegionMethod.T);
        source(op, 1);
        m.put(RegionMethod.U);
        putBoth(op);
      }
      case MOVE -> {
        source(op, 0);
        m.storeQuadword(2 * op.dst());
      }
      case AND -> both(op, LAND);
      case OR -> both(op, LOR);
      case XOR -> both(op, LXOR);
      case ADD_QUADWORDS -> both(op, LADD);
      case SUB_QUADWORDS -> both(op, LSUB);
      default -> general(op, function);
    }
  }

  /** A quadword of the source; a general register has one only. */
  private void source(IrOp op, int half) {
    if (op.op() != Op.XFROM) {
      m.loadQuadword(2 * op.b() + half);
    } else if (half == 0) {
      m.load(op.a());
    } else {
      m.push(0L);
    }
  }

  /** The two halves are in T and U. */
  private void putBoth(IrOp op) {
    m.get(RegionMethod.T);
    m.storeQuadword(2 * op.dst());
    m.get(RegionMethod.U);
    m.storeQuadword(2 * op.dst() + 1);
  }

  private void both(IrOp op, int opcode) {
    for (int half = 0; half < 2; half++) {
      m.loadQuadword(2 * op.dst() + half);
      m.loadQuadword(2 * op.b() + half);
      m.op(opcode);
      m.put(half == 0 ? RegionMethod.T : RegionMethod.U);
    }
    putBoth(op);
  }

  private void compare(IrOp op) {
    boolean wide = op.bits() == 64;
    m.inlined(INLINED_FLOATS);
    m.loadQuadword(2 * op.a());
    m.put(RegionMethod.T);
    m.loadQuadword(2 * op.b());
    m.put(RegionMethod.U);
    cpu();
    m.push(wide ? 1 : 0);
    m.push(op.sub());
    m.get(RegionMethod.T);
    m.get(RegionMethod.U);
    m.call(CODE, "compare", "(" + CPU + "ZZJJ)V");
    if (!op.flags()) {
      return;
    }
    operand(RegionMethod.T, wide);
    m.put(RegionMethod.X);
    operand(RegionMethod.U, wide);
    m.put(RegionMethod.Y);
    flags.set(LazyFlags.FLOATS, op.bits());
  }

  private void operand(int variable, boolean wide) {
    cpu();
    m.push(wide ? 1 : 0);
    m.get(variable);
    m.call(CODE, "operand", "(" + CPU + "ZJ)J");
  }

  private void cpu() {
    m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
  }

  /** Both halves from the registers before; a half's only implementation HotSpot inlines. */
  private void general(IrOp op, VectorFunction function) {
    VectorFunction.Floats floats = function.floats();
    if (function.whole()) {
      half(op, floats != null ? floats.high() : function.high());
      m.put(RegionMethod.U);
    }
    half(op, floats != null ? floats.low() : function.low());
    m.storeQuadword(2 * op.dst());
    if (function.whole()) {
      m.get(RegionMethod.U);
      m.storeQuadword(2 * op.dst() + 1);
    }
  }

  private void half(IrOp op, Object half) {
    boolean floats = function(half);
    m.loadQuadword(2 * op.dst());
    m.loadQuadword(2 * op.dst() + 1);
    source(op, 0);
    source(op, 1);
    call(op, floats);
  }

  /** Pushes the function, and the unit if it is arithmetic. */
  private boolean function(Object half) {
    boolean floats = half instanceof VectorFunction.FloatHalf;
    m.inlined(floats ? INLINED_FLOATS : INLINED_HALF);
    if (floats) {
      m.constant(half, VectorFunction.FloatHalf.class);
      cpu();
      m.call(CODE, "unit", "(" + CPU + ")" + UNIT);
    } else {
      m.constant(half, VectorFunction.Half.class);
    }
    return floats;
  }

  private void call(IrOp op, boolean floats) {
    m.push((int) op.imm());
    if (floats) {
      m.v.visitMethodInsn(INVOKEINTERFACE, FLOAT_HALF, "apply", "(" + UNIT + "JJJJI)J", true);
    } else {
      m.v.visitMethodInsn(INVOKEINTERFACE, HALF, "apply", "(JJJJI)J", true);
    }
  }
}
