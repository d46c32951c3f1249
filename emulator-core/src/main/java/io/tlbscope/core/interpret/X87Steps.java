package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.X87State;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.X87Check;
import io.tlbscope.core.system.NumericErrors;
import io.tlbscope.core.vcpu.Processor;
import io.tlbscope.core.x87.Stores;
import io.tlbscope.core.x87.X87Function;

/** x87 instructions: checks, functions on the FPU's state, stores. */
final class X87Steps {
  private X87Steps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case X87_CHECK -> new Check(op);
      case X87 -> op.mem() == null ? new Apply(op) : new ApplyMemory(op);
      case X87_MAKE -> new Make(op);
      case X87_STORE -> new Store(op);
      case X87_FLAGS -> new ToFlags(op);
      default -> null;
    };
  }

  private static final class Check extends Step {
    private final X87Check kind;

    Check(IrOp op) {
      kind = X87Check.values()[op.sub()];
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      CpuState s = cpu.s;
      if ((s.cr0 & (CpuState.CR0_EM | CpuState.CR0_TS)) != 0
          || kind != X87Check.NOT_WAITING && s.x87.pending()) {
        cpu.position = position;
        refuse(cpu);
      }
    }

    private void refuse(Processor cpu) {
      long cr0 = cpu.s.cr0;
      boolean emulated = (cr0 & CpuState.CR0_EM) != 0;
      boolean switched = (cr0 & CpuState.CR0_TS) != 0;
      if (kind == X87Check.WAIT) {
        emulated = false;
        switched &= (cr0 & CpuState.CR0_MP) != 0;
      }
      if (kind == X87Check.MMX && emulated) {
        throw cpu.fault.with(GuestFault.UD);
      }
      if (emulated || switched) {
        throw cpu.fault.with(GuestFault.NM);
      }
      if (kind != X87Check.NOT_WAITING) {
        NumericErrors.check(cpu);
      }
    }
  }

  private static final class Apply extends AluStep {
    private final X87Function function;
    private final int i;

    Apply(IrOp op) {
      super(op);
      function = op.extra(X87Function.class);
      i = op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = function.apply(cpu.s.x87, i, r[a], r[b]);
      X87Pointers.after(cpu, imm, 0);
    }
  }

  private static final class ApplyMemory extends MemoryStep {
    private final X87Function function;

    ApplyMemory(IrOp op) {
      super(op);
      function = op.extra(X87Function.class);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      r[d] = function.apply(cpu.s.x87, 0, r[a], r[b]);
      X87Pointers.after(cpu, imm, cpu.s.paragraphs() ? va(r) : offset(r));
    }
  }

  private static final class Make extends AluStep {
    private final X87Function function;
    private final int high;

    Make(IrOp op) {
      super(op);
      function = op.extra(X87Function.class);
      high = op.dst2();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      X87State x87 = cpu.s.x87;
      r[d] = function.apply(x87, 0, 0, 0);
      r[high] = x87.storeHigh;
    }
  }

  private static final class Store extends MemoryStep {
    private final int bits, high;
    private final boolean pops;

    Store(IrOp op) {
      super(op);
      bits = op.bits();
      high = op.c();
      pops = op.sub() != 0;
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      X87State x87 = cpu.s.x87;
      cpu.position = position;
      long va = va(r);
      if (x87.storeSuppressed) {
        // An unmasked exception keeps the datum back, and not the page fault.
        cpu.mmu.probeWrite(va, bits / 8);
      } else {
        if (bits == 80) {
          cpu.mmu.probeWrite(va, 8);
          cpu.mmu.probeWrite(va + 8 & linearMask, 2);
          cpu.mmu.store64(va, r[b]);
          cpu.mmu.store16(va + 8 & linearMask, r[high] & 0xFFFF);
        } else {
          StoreSteps.store(cpu, va, bits, r[b]);
        }
      }
      Stores.commit(x87, pops);
      X87Pointers.after(cpu, imm, cpu.s.paragraphs() ? va(r) : offset(r));
    }
  }

  private static final class ToFlags extends AluStep {
    private final X87Function function;
    private final int i;

    ToFlags(IrOp op) {
      super(op);
      function = op.extra(X87Function.class);
      i = op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      f.arithmetic((int) function.apply(cpu.s.x87, i, 0, 0));
      X87Pointers.after(cpu, imm, 0);
    }
  }
}
