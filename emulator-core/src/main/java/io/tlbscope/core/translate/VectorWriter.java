package io.tlbscope.core.translate;

import io.tlbscope.core.fp.FloatArithmetic.Operation;
import io.tlbscope.core.ir.FloatMath;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.ir.VectorFunction;
import io.tlbscope.core.translate.AccessSites.Kind;
import java.util.BitSet;
import java.util.Locale;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** XMM registers, in locals by quadwords; functions that the lifter chose are constants. */
final class VectorWriter implements Opcodes {
  /** Bytes of bytecode behind a half that C2 inlines, about. */
  private static final int INLINED_HALF = 60;

  /** Bytes behind the error of a result. */
  private static final int INLINED_ERROR = 25;

  /** The same for arithmetic. */
  private static final int INLINED_FLOATS = 200;

  private static final String CODE = "io/tlbscope/core/translate/FloatCode";
  private static final String CPU = "Lio/tlbscope/core/vcpu/Processor;";
  private static final String UNIT = "Lio/tlbscope/core/fp/FloatUnit;";
  private static final String OPERATION = "Lio/tlbscope/core/fp/FloatArithmetic$Operation;";
  private static final String FLOAT_HALF = "io/tlbscope/core/ir/VectorFunction$FloatHalf";
  private static final String HALF = "io/tlbscope/core/ir/VectorFunction$Half";

  private final RegionMethod m;
  private final FlagWriter flags;
  private final MemoryWriter memory;
  private final boolean exact;

  /** See {@link DenormalFlow}. */
  private BitSet may = new BitSet();

  /**
   * @param exact whether results are exact is of interest: PE is clear
   */
  VectorWriter(RegionMethod m, FlagWriter flags, MemoryWriter memory, boolean exact) {
    this.m = m;
    this.flags = flags;
    this.memory = memory;
    this.exact = exact;
  }

  /** A block begins, in which these registers may hold denormals. */
  void begin(BitSet registers) {
    may = registers;
  }

  /** Writes the operation; false if it is none of these. */
  boolean write(IrOp op, RegionExit exit) {
    boolean written = one(op, exit);
    DenormalFlow.after(op, may);
    return written;
  }

  private boolean one(IrOp op, RegionExit exit) {
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
      case ADD_DOUBLE -> scalar(op, DADD, Operation.ADD);
      case SUB_DOUBLE -> scalar(op, DSUB, Operation.SUBTRACT);
      case MUL_DOUBLE -> scalar(op, DMUL, Operation.MULTIPLY);
      case DIV_DOUBLE -> scalar(op, DDIV, Operation.DIVIDE);
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

  /**
   * The JVM's operation is the processor's where the result is a plain number and no operand is
   * denormal.
   */
  private void scalar(IrOp op, int opcode, Operation operation) {
    Label rare = new Label();
    Label done = new Label();
    int a = 2 * op.dst();
    int b = 2 * op.b();
    Label notPlain = new Label();
    operands(op.dst(), op.b(), rare);
    m.loadDouble(a);
    m.loadDouble(b);
    m.op(opcode, DUP2);
    m.v.visitVarInsn(DSTORE, RegionMethod.D);
    unlessPlain(notPlain);
    if (exact) {
      m.v.visitVarInsn(ILOAD, RegionMethod.PRECISE);
      m.jump(IFEQ, done);
      if (operation == Operation.DIVIDE) {
        m.loadDouble(a);
        unlessPlain(rare);
      }
      m.loadDouble(a);
      m.loadDouble(b);
      m.v.visitVarInsn(DLOAD, RegionMethod.D);
      m.inlined(INLINED_ERROR);
      m.call(CODE, operation.name().toLowerCase(Locale.ROOT) + "Error", "(DDD)J");
      m.get(RegionMethod.ERROR);
      m.op(LOR);
      m.put(RegionMethod.ERROR);
    }
    m.label(done);
    m.v.visitVarInsn(DLOAD, RegionMethod.D);
    m.storeDouble(a);
    m.later(
        () -> {
          m.label(notPlain);
          exactZero(op, opcode, rare, done);
          m.label(rare);
          cpu();
          m.constant(operation, Operation.class);
          m.loadDouble(a);
          m.loadDouble(b);
          m.call(CODE, "apply", "(" + CPU + OPERATION + "DD)D");
          m.v.visitVarInsn(DSTORE, RegionMethod.D);
          limit();
          m.jump(GOTO, done);
        });
  }

  /** A result that is 0 is right if nothing was too small for it: sums always, products of 0. */
  private void exactZero(IrOp op, int opcode, Label rare, Label done) {
    if (opcode == DDIV) {
      return;
    }
    unlessUsual(rare);
    m.v.visitVarInsn(DLOAD, RegionMethod.D);
    m.op(DCONST_0, DCMPL);
    if (opcode != DMUL) {
      m.jump(IFEQ, done);
      return;
    }
    m.jump(IFNE, rare);
    ifZero(op.dst(), done);
    ifZero(op.b(), done);
  }

  private void ifZero(int register, Label to) {
    m.loadDouble(2 * register);
    m.op(DCONST_0, DCMPL);
    m.jump(IFEQ, to);
  }

  private void unlessUsual(Label rare) {
    m.v.visitVarInsn(ILOAD, RegionMethod.LIMIT);
    m.push(Integer.MIN_VALUE);
    m.jump(IF_ICMPEQ, rare);
  }

  /** At a region's head. */
  void begin() {
    limit();
    cpu();
    m.call(CODE, "precise", "(" + CPU + ")Z");
    m.v.visitVarInsn(ISTORE, RegionMethod.PRECISE);
  }

  /** Takes the limit of plain numbers anew. */
  private void limit() {
    cpu();
    m.push(exact ? 1 : 0);
    m.call(CODE, "limit", "(" + CPU + "Z)I");
    m.v.visitVarInsn(ISTORE, RegionMethod.LIMIT);
  }

  /** Goes the rare way if an operand is denormal, unless it cannot be. */
  private void operands(int first, int second, Label rare) {
    for (int register : first == second ? new int[] {first} : new int[] {first, second}) {
      if (may.get(register)) {
        m.loadDouble(2 * register);
        twiceUpperHalf();
        m.push(Integer.MIN_VALUE);
        m.op(IADD);
        m.push(Integer.MIN_VALUE + (1 << 21));
        Label small = new Label();
        Label on = new Label();
        m.jump(IF_ICMPLT, small);
        m.label(on);
        m.later(
            () -> {
              m.label(small);
              ifZero(register, on);
              m.jump(GOTO, rare);
            });
      }
    }
  }

  /** Jumps unless the double on the stack is plain, and MXCSR is in the usual state. */
  private void unlessPlain(Label to) {
    twiceUpperHalf();
    m.push(FloatMath.PLAIN_OFFSET);
    m.op(IADD);
    m.v.visitVarInsn(ILOAD, RegionMethod.LIMIT);
    m.jump(IF_ICMPGE, to);
  }

  /** Of the double on the stack: its sign goes. */
  private void twiceUpperHalf() {
    m.call("java/lang/Double", "doubleToRawLongBits", "(D)J");
    m.push(32);
    m.op(LUSHR, L2I, ICONST_1, ISHL);
  }

  /** Without flags, those of an operation before may still stand in X and Y. */
  private void compare(IrOp op) {
    int x = op.flags() ? RegionMethod.X : RegionMethod.T;
    int y = op.flags() ? RegionMethod.Y : RegionMethod.U;
    m.loadQuadword(2 * op.a());
    m.put(x);
    m.loadQuadword(2 * op.b());
    m.put(y);
    if (op.bits() == 64) {
      Label rare = new Label();
      Label done = new Label();
      numbers(op, rare);
      m.later(
          () -> {
            m.label(rare);
            compared(op, x, y);
            limit();
            m.jump(GOTO, done);
          });
      m.label(done);
    } else {
      m.inlined(INLINED_FLOATS);
      compared(op, x, y);
    }
    if (op.flags()) {
      flags.set(LazyFlags.FLOATS, op.bits());
    }
  }

  /** Goes the rare way unless neither is denormal or a NaN. */
  private void numbers(IrOp op, Label rare) {
    unlessUsual(rare);
    operands(op.a(), op.b(), rare);
    m.loadDouble(2 * op.a());
    m.loadDouble(2 * op.b());
    m.op(DSUB, DUP2, DCMPL);
    m.jump(IFNE, rare);
  }

  /** Raises what x and y raise, and puts them as DAZ has them. */
  private void compared(IrOp op, int x, int y) {
    cpu();
    m.push(op.sub());
    m.get(x);
    m.get(y);
    m.call(CODE, "compare" + op.bits(), "(" + CPU + "ZJJ)V");
    if (op.flags()) {
      for (int variable : new int[] {x, y}) {
        cpu();
        m.get(variable);
        m.call(CODE, "operand" + op.bits(), "(" + CPU + "J)J");
        m.put(variable);
      }
    }
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
