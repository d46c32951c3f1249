package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.ir.IrOp;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The method that is being written: its locals, exits and constants, and the few bytecode idioms
 * that everything is made of.
 *
 * <pre>
 *   0 this  1 cpu  2 r  3 flags  4 xmm  5 table  7 pages  8 left          parameters
 *   9 exit  10 how  13 x  15 y                                            way out, lazy flags
 *  11 limit  12 precise  29 error                                                    SSE: see FloatCode
 *  17 va  19 t  21 u  23 ha                                               scratch
 *  25 c                                                                   lazy flags' CF and OF
 *  27 d                                                                   scratch double
 *  31.. guest registers, segment bases and temporaries in use; then two an access site
 * </pre>
 */
final class RegionMethod {
  static final int CPU = 1, R = 2, FLAGS = 3, XMM = 4, TABLE = 5, PAGES = 7, LEFT = 8;
  static final int EXIT = 9,
      HOW = 10,
      LIMIT = 11,
      PRECISE = 12,
      X = 13,
      Y = 15,
      VA = 17,
      T = 19,
      U = 21,
      HA = 23,
      C = 25,
      D = 27,
      ERROR = 29;
  private static final int FIRST = 31;

  /** Slot in which a region that counts leaves the number of its memory accesses. */
  static final int ACCESSES_SLOT = CpuState.TEMPORARIES + 1;

  static final String FLAGS_TYPE = "io/tlbscope/core/cpu/Flags";
  static final String LAZY = "io/tlbscope/core/translate/LazyFlags";
  static final String MEMORY = "io/tlbscope/core/memory/HostMemory";

  private static final Handle CLASS_DATA =
      new Handle(
          Opcodes.H_INVOKESTATIC,
          "java/lang/invoke/MethodHandles",
          "classDataAt",
          "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;I)Ljava/lang/Object;",
          false);

  final MethodVisitor v;
  final Label epilogue = new Label();
  final List<RegionExit> exits = new ArrayList<>();
  private final Map<Integer, Label> stubs = new TreeMap<>();
  private final Map<Way, Label> ways = new LinkedHashMap<>();
  private final List<Runnable> later = new ArrayList<>();
  private Label out;
  final List<Object> constants = new ArrayList<>();

  /** Local of each slot, 0 where it has none. */
  private final int[] local = new int[CpuState.SLOTS];

  /** Local of each quadword of the XMM registers, 0 where it has none. */
  private final int[] quadword = new int[36];

  /** Quadwords whose local is a double: translated floating-point loops keep it in a register. */
  private final BitSet doubles = new BitSet();

  private final BitSet doubleLocals = new BitSet();
  private int next = FIRST;

  /** Local that counts memory accesses, 0 for none. */
  private int accesses;

  /** Bytes of bytecode that C2 is expected to inline. */
  private int inlined;

  RegionMethod(MethodVisitor v) {
    this.v = v;
    doubleLocals.set(D);
  }

  /** Notes a call of so many bytes that has to be inlined. */
  void inlined(int bytes) {
    inlined += bytes;
  }

  int inlined() {
    return inlined;
  }

  // ---- locals

  /** A fresh local for a long. */
  int fresh() {
    next += 2;
    return next - 2;
  }

  /** Gives a slot a local. */
  void use(int slot) {
    if (slot != CpuState.ZERO && slot != CpuState.SLOTS - 1 && local[slot] == 0) {
      local[slot] = fresh();
    }
  }

  boolean used(int slot) {
    return local[slot] != 0;
  }

  void load(int slot) {
    if (slot == CpuState.ZERO) {
      v.visitInsn(Opcodes.LCONST_0);
    } else {
      v.visitVarInsn(Opcodes.LLOAD, local[slot]);
    }
  }

  void store(int slot) {
    if (slot == CpuState.SLOTS - 1) {
      v.visitInsn(Opcodes.POP2);
    } else {
      v.visitVarInsn(Opcodes.LSTORE, local[slot]);
    }
  }

  void get(int variable) {
    v.visitVarInsn(Opcodes.LLOAD, variable);
  }

  void put(int variable) {
    v.visitVarInsn(Opcodes.LSTORE, variable);
  }

  /** Gives a quadword of an XMM register (two a register, low one first) a local. */
  void useQuadword(int n, boolean asDouble) {
    if (quadword[n] == 0) {
      quadword[n] = fresh();
      doubles.set(n, asDouble);
      if (asDouble) {
        doubleLocals.set(quadword[n]);
      }
    }
  }

  boolean usedQuadword(int n) {
    return quadword[n] != 0;
  }

  void loadQuadword(int n) {
    if (doubles.get(n)) {
      v.visitVarInsn(Opcodes.DLOAD, quadword[n]);
      call("java/lang/Double", "doubleToRawLongBits", "(D)J");
    } else {
      v.visitVarInsn(Opcodes.LLOAD, quadword[n]);
    }
  }

  /** The quadword's local is a double. */
  boolean isDouble(int n) {
    return doubles.get(n);
  }

  void loadDouble(int n) {
    if (doubles.get(n)) {
      v.visitVarInsn(Opcodes.DLOAD, quadword[n]);
    } else {
      v.visitVarInsn(Opcodes.LLOAD, quadword[n]);
      call("java/lang/Double", "longBitsToDouble", "(J)D");
    }
  }

  void storeDouble(int n) {
    if (doubles.get(n)) {
      v.visitVarInsn(Opcodes.DSTORE, quadword[n]);
    } else {
      call("java/lang/Double", "doubleToRawLongBits", "(D)J");
      v.visitVarInsn(Opcodes.LSTORE, quadword[n]);
    }
  }

  void storeQuadword(int n) {
    if (doubles.get(n)) {
      call("java/lang/Double", "longBitsToDouble", "(J)D");
      v.visitVarInsn(Opcodes.DSTORE, quadword[n]);
    } else {
      v.visitVarInsn(Opcodes.LSTORE, quadword[n]);
    }
  }

  /** Verification types of the locals from {@link #C} on. */
  List<Object> types() {
    List<Object> types = new ArrayList<>();
    for (int local = C; local < next; local += 2) {
      types.add(doubleLocals.get(local) ? Opcodes.DOUBLE : Opcodes.LONG);
    }
    return types;
  }

  // ---- idioms

  void op(int... opcodes) {
    for (int opcode : opcodes) {
      v.visitInsn(opcode);
    }
  }

  void push(long value) {
    if (value == 0 || value == 1) {
      v.visitInsn(value == 0 ? Opcodes.LCONST_0 : Opcodes.LCONST_1);
    } else if (value == (short) value) {
      push((int) value);
      v.visitInsn(Opcodes.I2L);
    } else {
      v.visitLdcInsn(value);
    }
  }

  void push(int value) {
    if (value >= -1 && value <= 5) {
      v.visitInsn(Opcodes.ICONST_0 + value);
    } else if (value == (byte) value) {
      v.visitIntInsn(Opcodes.BIPUSH, value);
    } else if (value == (short) value) {
      v.visitIntInsn(Opcodes.SIPUSH, value);
    } else {
      v.visitLdcInsn(value);
    }
  }

  /** r[b] + imm. */
  void operand(IrOp op) {
    if (op.b() == CpuState.ZERO) {
      push(op.imm());
      return;
    }
    load(op.b());
    if (op.imm() != 0) {
      push(op.imm());
      op(Opcodes.LADD);
    }
  }

  /** Zero-extends the low {@code bits}. */
  void zeroExtend(int bits) {
    if (bits < 64) {
      push((1L << bits) - 1);
      op(Opcodes.LAND);
    }
  }

  void signExtend(int bits) {
    switch (bits) {
      case 8 -> op(Opcodes.L2I, Opcodes.I2B, Opcodes.I2L);
      case 16 -> op(Opcodes.L2I, Opcodes.I2S, Opcodes.I2L);
      case 32 -> op(Opcodes.L2I, Opcodes.I2L);
      default -> {}
    }
  }

  /** Moves the low {@code bits} to the top. */
  void up(int bits) {
    if (bits < 64) {
      push(64 - bits);
      op(Opcodes.LSHL);
    }
  }

  void call(String owner, String name, String descriptor) {
    v.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
  }

  /** A constant object of the generated class. */
  void constant(Object value, Class<?> type) {
    int index = constants.indexOf(value);
    if (index < 0) {
      index = constants.size();
      constants.add(value);
    }
    v.visitLdcInsn(new ConstantDynamic("_", type.descriptorString(), CLASS_DATA, index));
  }

  /** Marks a jump target; the locals are those of the prologue everywhere. */
  void label(Label label) {
    v.visitLabel(label);
    v.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
  }

  void jump(int opcode, Label to) {
    v.visitJumpInsn(opcode, to);
  }

  // ---- counting

  /** Memory accesses are counted; before the prologue. */
  void countAccesses() {
    accesses = fresh();
  }

  /** In the prologue. */
  void startCounting() {
    if (accesses != 0) {
      push(0L);
      put(accesses);
    }
  }

  /** One more access. */
  void accessed() {
    if (accesses != 0) {
      get(accesses);
      push(1L);
      op(Opcodes.LADD);
      put(accesses);
    }
  }

  /** In the epilogue. */
  void writeCount() {
    if (accesses != 0) {
      v.visitVarInsn(Opcodes.ALOAD, R);
      push(ACCESSES_SLOT);
      get(accesses);
      op(Opcodes.LASTORE);
    }
  }

  // ---- code out of the way

  /** Code to be written after the last block: what is rare lies in nobody's loop. */
  void later(Runnable code) {
    later.add(code);
  }

  // ---- exits

  /** The number of an exit; the same one for the same words. */
  int exit(RegionExit exit) {
    int index = exits.indexOf(exit);
    if (index < 0) {
      index = exits.size();
      exits.add(exit);
    }
    return index;
  }

  /** The exit that {@link #out} leads to from here on. */
  void ready(RegionExit exit) {
    out = stubs.computeIfAbsent(exit(exit), number -> new Label());
  }

  /**
   * Where to jump to leave. Each exit has a stub of its own, so that its number lives from there to
   * the epilogue only, and in no register of a loop.
   */
  Label out() {
    return out;
  }

  void leave(RegionExit exit) {
    ready(exit);
    jump(Opcodes.GOTO, out);
  }

  /** A way to a label, on which the budget is charged. */
  private record Way(Label to, int charge) {}

  /** A label, after the last block, where the budget is charged before a GOTO. */
  Label by(Label to, int charge) {
    return ways.computeIfAbsent(new Way(to, charge), way -> new Label());
  }

  /** Takes instructions off the budget. */
  void charge(int count) {
    if (count != 0) {
      v.visitIincInsn(LEFT, -count);
    }
  }

  /** After the last block, before the epilogue. */
  void writeStubs() {
    later.forEach(Runnable::run);
    ways.forEach(
        (way, stub) -> {
          label(stub);
          charge(way.charge());
          jump(Opcodes.GOTO, way.to());
        });
    stubs.forEach(
        (number, stub) -> {
          label(stub);
          push(number);
          v.visitVarInsn(Opcodes.ISTORE, EXIT);
          jump(Opcodes.GOTO, epilogue);
        });
  }
}
