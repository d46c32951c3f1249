package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.vcpu.Processor;

/** Stores, write probes and the checks of segmentation. */
final class StoreSteps {
  private StoreSteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case STORE -> store(op);
      case PROBE_WRITE -> new Probe(op);
      case SEG_CHECK -> new SegmentCheck(op);
      case ALIGNED -> new Aligned(op);
      default -> null;
    };
  }

  private static Step store(IrOp op) {
    return switch (op.bits()) {
      case 8 -> new Store8(op);
      case 16 -> new Store16(op);
      case 32 -> new Store32(op);
      default -> new Store64(op);
    };
  }

  static void store(Processor cpu, long va, int bits, long value) {
    switch (bits) {
      case 8 -> cpu.mmu.store8(va, value & 0xFF);
      case 16 -> cpu.mmu.store16(va, value & 0xFFFF);
      case 32 -> cpu.mmu.store32(va, value & 0xFFFF_FFFFL);
      default -> cpu.mmu.store64(va, value);
    }
  }

  private static final class Store8 extends MemoryStep {
    Store8(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      cpu.mmu.store8(va(r), r[b] + imm & 0xFF);
    }
  }

  private static final class Store16 extends MemoryStep {
    Store16(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      cpu.mmu.store16(va(r), r[b] + imm & 0xFFFF);
    }
  }

  private static final class Store32 extends MemoryStep {
    Store32(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      cpu.mmu.store32(va(r), r[b] + imm & 0xFFFF_FFFFL);
    }
  }

  private static final class Store64 extends MemoryStep {
    Store64(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      cpu.mmu.store64(va(r), r[b] + imm);
    }
  }

  private static final class Probe extends MemoryStep {
    private final int bytes;

    Probe(IrOp op) {
      super(op);
      bytes = op.bits() >> 3;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      cpu.mmu.probeWrite(va(r), bytes);
    }
  }

  private static final class SegmentCheck extends MemoryStep {
    private final int bytes;
    private final boolean write;

    SegmentCheck(IrOp op) {
      super(op);
      bytes = op.bits() >> 3;
      write = op.sub() != 0;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      Segmentation.check(cpu, segment, offset(r), bytes, write);
    }
  }

  private static final class Aligned extends MemoryStep {
    Aligned(IrOp op) {
      super(op);
    }

    /** Misalignment is #GP(0) on the stack too. */
    @Override
    boolean stack() {
      return false;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      if ((va(r) & imm - 1) != 0) {
        throw cpu.fault.with(io.tlbscope.core.cpu.GuestFault.GP, 0);
      }
    }
  }
}
