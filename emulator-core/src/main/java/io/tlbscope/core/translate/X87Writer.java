package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.VectorFunction;
import io.tlbscope.core.ir.X87Check;
import io.tlbscope.core.translate.AccessSites.Kind;
import io.tlbscope.core.x87.X87Function;
import org.objectweb.asm.Opcodes;

/**
 * x87 and MMX instructions: calls of the functions that the interpreter calls, on the vCPU's FPU
 * state. CR0.EM and CR0.TS are looked at when the region is entered.
 */
final class X87Writer implements Opcodes {
  private static final String CODE = "io/tlbscope/core/translate/X87Code";
  private static final String CPU = "Lio/tlbscope/core/vcpu/Processor;";
  private static final String STATE = "Lio/tlbscope/core/cpu/X87State;";
  private static final String FUNCTION = "io/tlbscope/core/x87/X87Function";
  private static final String HALF = "io/tlbscope/core/ir/VectorFunction$Half";

  private final RegionMethod m;
  private final FlagWriter flags;
  private final MemoryWriter memory;

  X87Writer(RegionMethod m, FlagWriter flags, MemoryWriter memory) {
    this.m = m;
    this.flags = flags;
    this.memory = memory;
  }

  /** Writes the operation; false if it is none of these. */
  boolean write(IrOp op, RegionExit exit) {
    switch (op.op()) {
      case X87_CHECK -> check(op, exit);
      case X87 -> {
        apply(op);
        m.store(op.dst());
        after(op);
      }
      case X87_MAKE -> {
        apply(op);
        m.store(op.dst());
        cpu();
        call("high", "J");
        m.store(op.dst2());
      }
      case X87_STORE -> store(op, exit);
      case X87_FLAGS -> {
        apply(op);
        toFlags(op);
        after(op);
      }
      case MMX_GET -> {
        cpu();
        m.push(op.sub());
        m.call(CODE, "mmx", "(" + CPU + "I)J");
        m.store(op.dst());
      }
      case MMX_PUT -> {
        cpu();
        m.load(op.b());
        m.push(op.sub());
        m.call(CODE, "mmx", "(" + CPU + "JI)V");
      }
      case MMX -> {
        m.constant(op.extra(), VectorFunction.Half.class);
        m.load(op.a());
        m.load(op.b());
        m.load(op.b());
        m.push(0L);
        m.push((int) op.imm());
        m.v.visitMethodInsn(INVOKEINTERFACE, HALF, "apply", "(JJJJI)J", true);
        m.store(op.dst());
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void cpu() {
    m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
  }

  private void call(String name, String result) {
    m.call(CODE, name, "(" + CPU + ")" + result);
  }

  private void check(IrOp op, RegionExit exit) {
    if (op.sub() != X87Check.NOT_WAITING.ordinal()) {
      m.ready(exit);
      cpu();
      call("pending", "Z");
      m.jump(IFNE, m.out());
    }
  }

  /** Pushes the function's result. */
  private void apply(IrOp op) {
    m.constant(op.extra(), X87Function.class);
    cpu();
    call("state", STATE);
    m.push(op.sub());
    m.load(op.a());
    m.load(op.b());
    m.v.visitMethodInsn(INVOKEINTERFACE, FUNCTION, "apply", "(" + STATE + "IJJ)J", true);
  }

  private void after(IrOp op) {
    if (op.imm() == -1) {
      return;
    }
    cpu();
    m.push(op.imm());
    if (op.mem() == null) {
      m.push(0L);
    } else {
      memory.offset(op.mem());
    }
    m.call("io/tlbscope/core/interpret/X87Pointers", "after", "(" + CPU + "JJ)V");
  }

  private void toFlags(IrOp op) {
    if (!op.flags()) {
      m.op(POP2);
      return;
    }
    m.op(L2I);
    m.v.visitVarInsn(ALOAD, RegionMethod.FLAGS);
    m.op(SWAP);
    m.v.visitMethodInsn(INVOKEVIRTUAL, RegionMethod.FLAGS_TYPE, "arithmetic", "(I)V", false);
    flags.fromFlags();
  }

  /** What raises an unmasked exception is left to the interpreter. */
  private void store(IrOp op, RegionExit exit) {
    m.ready(exit);
    cpu();
    call("unstorable", "Z");
    m.jump(IFNE, m.out());
    // 80 bits where 128 would have a place.
    memory.host(Kind.WRITE, op.mem(), op.bits() == 80 ? 128 : op.bits(), exit);
    memory.store(Math.min(op.bits(), 64), 0, () -> m.load(op.b()));
    if (op.bits() == 80) {
      memory.store(16, 8, () -> m.load(op.c()));
    }
    cpu();
    m.push(op.sub());
    m.call(CODE, "commit", "(" + CPU + "Z)V");
    after(op);
  }
}
