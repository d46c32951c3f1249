package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.ir.Address;
import io.tlbscope.core.ir.IrOp;

/** A step with a memory operand. */
abstract class MemoryStep extends Step {
  final int d, a, b;
  final long imm;
  final int base, index, scale, segmentSlot;
  final long displacement, offsetMask, linearMask;
  final int segment;

  MemoryStep(IrOp op) {
    Address mem = op.mem();
    d = op.dst();
    a = op.a();
    b = op.b();
    imm = op.imm();
    base = mem.base();
    index = mem.index();
    scale = mem.scale();
    segmentSlot = mem.segmentSlot();
    displacement = mem.displacement();
    offsetMask = mem.offsetMask();
    linearMask = mem.linearMask();
    segment = mem.segment();
  }

  /** Linear address. */
  final long va(long[] r) {
    return (r[base] + (r[index] << scale) + displacement & offsetMask) + r[segmentSlot]
        & linearMask;
  }

  /** Offset in the segment. */
  final long offset(long[] r) {
    return r[base] + (r[index] << scale) + displacement & offsetMask;
  }

  /** True if the address is just base + displacement in flat 64-bit space. */
  static boolean simple(Address mem) {
    return mem.index() == CpuState.ZERO
        && mem.segmentSlot() == CpuState.ZERO
        && mem.offsetMask() == -1
        && mem.linearMask() == -1;
  }

  @Override
  boolean stack() {
    return segment == Segment.SS;
  }
}
