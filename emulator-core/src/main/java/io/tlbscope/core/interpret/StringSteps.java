package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.vcpu.Processor;

/** String instructions, alone and repeated. */
final class StringSteps {
  /** Iterations after which a repeated instruction lets pending events in. */
  static final int BOUND = 4096;

  private StringSteps() {}

  static final class Once extends Step {
    private final StringUnit unit;

    Once(IrOp op) {
      unit = new StringUnit(op);
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      unit.once(cpu, r, f);
    }
  }

  static final class Repeated extends Exit {
    private final StringUnit unit;
    private final long rip;

    Repeated(IrOp op, long rip) {
      unit = new StringUnit(op);
      this.rip = rip;
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      // Single-stepping stops after each iteration.
      int limit = (f.system() & CpuState.TF) != 0 ? 1 : BOUND;
      if (unit.repeated(cpu, r, f, limit)) {
        return TARGET;
      }
      cpu.s.rip = rip;
      // What interrupts it now shows RF (Intel SDM vol. 3B, 17.3.1.1).
      f.system(f.system() | CpuState.RF);
      return AGAIN;
    }
  }
}
