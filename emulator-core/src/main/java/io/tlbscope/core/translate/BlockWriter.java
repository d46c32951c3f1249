package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.interpret.Step;
import io.tlbscope.core.interpret.StepBuilder;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import org.objectweb.asm.Opcodes;

/** The operations of a block, in order; each family has its writer. */
final class BlockWriter implements Opcodes {
  private final RegionMethod m;
  private final FlagWriter flags;
  private final MemoryWriter memory;
  private final DenormalFlow flow;
  private final AluWriter alu;
  private final MoveWriter moves;
  private final MultiplyWriter multiply;
  private final VectorWriter vectors;
  private final X87Writer x87;

  BlockWriter(
      RegionMethod m, FlagWriter flags, MemoryWriter memory, DenormalFlow flow, boolean exact) {
    this.m = m;
    this.flags = flags;
    this.memory = memory;
    this.flow = flow;
    alu = new AluWriter(m, flags);
    moves = new MoveWriter(m, flags);
    multiply = new MultiplyWriter(m, flags);
    vectors = new VectorWriter(m, flags, memory, exact);
    x87 = new X87Writer(m, flags, memory);
  }

  /** At the region's head: what SSE arithmetic asks for. */
  void begin() {
    vectors.begin();
  }

  /** Writes all operations but the one that ends the block. */
  void write(RegionBlock block) {
    vectors.begin(flow.at(block));
    int instruction = -1;
    int most = block.end == RegionBlock.End.STOP ? block.ops.size() : block.ops.size() - 1;
    for (int i = 0; i < most; i++) {
      IrOp op = block.ops.get(i);
      if (op.index() != instruction) {
        instruction = op.index();
        memory.instruction();
      }
      write(op, block);
      // The one list of what each operation leaves in the flags.
      flags.override = FlagKinds.overrideAfter(op, flags.override);
      flags.kinds = FlagKinds.after(op, flags.kinds);
    }
    memory.instruction();
  }

  private void write(IrOp op, RegionBlock block) {
    RegionExit exit =
        new RegionExit(
            block.rips[op.index()],
            block.uncharged + op.index(),
            op.mem() != null ? RegionExit.Why.MEMORY : RegionExit.Why.INSTRUCTION);
    if (AccessSites.kind(op) != null) {
      m.accessed();
    }
    if (nothing(op)
        || moves.write(op)
        || alu.write(op)
        || memory.write(op, exit)
        || multiply.write(op, exit)
        || vectors.write(op, exit)
        || x87.write(op, exit)) {
      return;
    }
    if (op.op() == Op.CANONICAL) {
      canonical(op, exit);
    } else {
      step(op);
    }
  }

  private static boolean nothing(IrOp op) {
    return op.dst() == CpuState.SLOTS - 1 && op.op() == Op.MOV;
  }

  private void canonical(IrOp op, RegionExit exit) {
    m.ready(exit);
    m.load(op.a());
    m.push(op.sub());
    m.op(LSHL);
    m.push(op.sub());
    m.op(LSHR);
    m.load(op.a());
    m.op(LCMP);
    m.jump(IFNE, m.out());
  }

  /** The interpreter's step does what has no code of its own here; its slots go there and back. */
  private void step(IrOp op) {
    boolean reads = op.op().flagUse() != Op.FlagUse.NONE;
    boolean writes = reads && op.op().flagUse() != Op.FlagUse.READS;
    if (reads) {
      flags.settle();
    }
    for (int slot : new int[] {op.a(), op.b(), op.c(), op.dst()}) {
      if (m.used(slot)) {
        m.v.visitVarInsn(ALOAD, RegionMethod.R);
        m.push(slot);
        m.load(slot);
        m.op(LASTORE);
      }
    }
    m.constant(StepBuilder.step(op), Step.class);
    m.v.visitVarInsn(ALOAD, RegionMethod.CPU);
    m.v.visitVarInsn(ALOAD, RegionMethod.R);
    m.v.visitVarInsn(ALOAD, RegionMethod.FLAGS);
    m.v.visitMethodInsn(
        INVOKEVIRTUAL,
        "io/tlbscope/core/interpret/Step",
        "run",
        "(Lio/tlbscope/core/vcpu/Processor;[JL" + RegionMethod.FLAGS_TYPE + ";)V",
        false);
    for (int slot : new int[] {op.dst(), op.dst2()}) {
      if (m.used(slot)) {
        m.v.visitVarInsn(ALOAD, RegionMethod.R);
        m.push(slot);
        m.op(LALOAD);
        m.store(slot);
      }
    }
    if (writes) {
      flags.fromFlags();
    }
  }
}
