package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.vcpu.Processor;

/** Loads and LEA. One class a width where it is hot, so that the MMU's method is a direct call. */
final class LoadSteps {
  private LoadSteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case LOAD -> load(op);
      case LOADS -> new LoadSigned(op);
      case LOAD_RMW -> new LoadForStore(op);
      case LEA -> op.bits() == 64 ? new Lea64(op) : new Lea(op);
      default -> null;
    };
  }

  private static Step load(IrOp op) {
    return switch (op.bits()) {
      case 8 -> new Load8(op);
      case 16 -> new Load16(op);
      case 32 -> new Load32(op);
      default -> MemoryStep.simple(op.mem()) ? new LoadSimple64(op) : new Load64(op);
    };
  }

  /** Zero-extended load of 8, 16, 32 or 64 bits. */
  static long load(Processor cpu, long va, int bits) {
    return switch (bits) {
      case 8 -> cpu.mmu.load8(va) & 0xFF;
      case 16 -> cpu.mmu.load16(va) & 0xFFFF;
      case 32 -> cpu.mmu.load32(va) & 0xFFFF_FFFFL;
      default -> cpu.mmu.load64(va);
    };
  }

  private static final class Load8 extends MemoryStep {
    Load8(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      r[d] = cpu.mmu.load8(va(r)) & 0xFF;
    }
  }

  private static final class Load16 extends MemoryStep {
    Load16(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      r[d] = cpu.mmu.load16(va(r)) & 0xFFFF;
    }
  }

  private static final class Load32 extends MemoryStep {
    Load32(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      r[d] = cpu.mmu.load32(va(r)) & 0xFFFF_FFFFL;
    }
  }

  private static final class Load64 extends MemoryStep {
    Load64(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      r[d] = cpu.mmu.load64(va(r));
    }
  }

  private static final class LoadSimple64 extends MemoryStep {
    LoadSimple64(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      r[d] = cpu.mmu.load64(r[base] + displacement);
    }
  }

  private static final class LoadSigned extends MemoryStep {
    private final int from;
    private final int up;

    LoadSigned(IrOp op) {
      super(op);
      from = op.sub();
      up = 64 - op.bits();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      long x = load(cpu, va(r), from);
      int shift = 64 - from;
      r[d] = x << shift >> shift << up >>> up;
    }
  }

  private static final class LoadForStore extends MemoryStep {
    private final int bits;

    LoadForStore(IrOp op) {
      super(op);
      bits = op.bits();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      long va = va(r);
      cpu.mmu.probeWrite(va, bits >> 3);
      r[d] = load(cpu, va, bits);
    }
  }

  private static final class Lea64 extends MemoryStep {
    Lea64(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = offset(r);
    }
  }

  private static final class Lea extends MemoryStep {
    private final int up;

    Lea(IrOp op) {
      super(op);
      up = 64 - op.bits();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = offset(r) << up >>> up;
    }
  }
}
