package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.memory.AtomicKind;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.vcpu.Processor;

/** Locked operations, the fence, and double-width compare and exchange locked or not. */
final class AtomicSteps {
  private AtomicSteps() {}

  static Step of(IrOp op) {
    if (op.op() == Op.ATOMIC) {
      return new Atomic(op);
    }
    if (op.op() == Op.FENCE) {
      return new Fence();
    }
    if (op.sub() == 0) {
      return new CompareExchange(op);
    }
    return op.bits() == 128 ? new LockedCompareExchange128(op) : new LockedCompareExchange64(op);
  }

  private static final class Atomic extends MemoryStep {
    private final AtomicKind kind;
    private final int bytes;

    Atomic(IrOp op) {
      super(op);
      kind = AtomicKind.of(op.sub());
      bytes = op.bits() >> 3;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      r[d] = cpu.mmu.atomic(kind, va(r), bytes, r[a], r[b] + imm);
    }
  }

  private static final class Fence extends Step {
    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      HostMemory.fence();
      if (cpu.buffered != null) {
        cpu.position = position;
        cpu.buffered.drain();
      }
    }
  }

  private static void zero(Flags f, boolean set) {
    f.arithmetic(f.arithmetic() & ~CpuState.ZF | (set ? CpuState.ZF : 0));
  }

  /** CMPXCHG8B and CMPXCHG16B: ZF only; memory is written either way. */
  private static final class CompareExchange extends MemoryStep {
    private final int half;

    CompareExchange(IrOp op) {
      super(op);
      half = op.bits() / 2;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      long va = va(r);
      int bytes = half / 8;
      cpu.mmu.probeWrite(va, 2 * bytes);
      long low = LoadSteps.load(cpu, va, half);
      long high = LoadSteps.load(cpu, va + bytes & linearMask, half);
      int up = 64 - half;
      boolean equal = r[0] << up >>> up == low && r[2] << up >>> up == high;
      StoreSteps.store(cpu, va, half, equal ? r[3] : low);
      StoreSteps.store(cpu, va + bytes & linearMask, half, equal ? r[1] : high);
      if (!equal) {
        r[0] = low;
        r[2] = high;
      }
      zero(f, equal);
    }
  }

  private static final class LockedCompareExchange64 extends MemoryStep {
    private static final long LOW = 0xFFFF_FFFFL;

    LockedCompareExchange64(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      long expected = r[0] & LOW | r[2] << 32;
      long replacement = r[3] & LOW | r[1] << 32;
      long old = cpu.mmu.atomic(AtomicKind.COMPARE_EXCHANGE, va(r), 8, expected, replacement);
      if (old != expected) {
        r[0] = old & LOW;
        r[2] = old >>> 32;
      }
      zero(f, old == expected);
    }
  }

  private static final class LockedCompareExchange128 extends MemoryStep {
    LockedCompareExchange128(IrOp op) {
      super(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      long[] values = {r[0], r[2], r[3], r[1]};
      boolean equal = cpu.mmu.compareExchange128(va(r), values);
      if (!equal) {
        r[0] = values[0];
        r[2] = values[1];
      }
      zero(f, equal);
    }
  }
}
