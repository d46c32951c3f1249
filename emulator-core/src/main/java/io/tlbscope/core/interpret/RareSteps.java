package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.cpu.SseControl;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.vcpu.Processor;

/** Flag instructions, decimal adjustment, checks. */
final class RareSteps {
  private RareSteps() {}

  static Step of(IrOp op) {
    return switch (op.op()) {
      case CARRY, DIRECTION, FLAGS_READ, FLAGS_LOW -> new FlagStep(op);
      case BOUND, CANONICAL, SSE_CHECK -> new Check(op);
      case BCD -> new DecimalStep(op);
      default -> null;
    };
  }

  private static final class FlagStep extends AluStep {
    private final Op kind;
    private final int sub;

    FlagStep(IrOp op) {
      super(op);
      kind = op.op();
      sub = op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      switch (kind) {
        case CARRY -> f.cf(sub == 2 ? !f.cf() : sub == 1);
        case DIRECTION -> f.system(sub == 1 ? f.system() | CpuState.DF : f.system() & ~CpuState.DF);
        case FLAGS_READ -> r[d] = f.rflags();
        default -> f.arithmetic(f.arithmetic() & (int) ~imm | (int) (r[a] & imm));
      }
    }
  }

  private static final class Check extends AluStep {
    private final Op kind;
    private final int high;
    private final int unused;

    Check(IrOp op) {
      super(op);
      unused = op.sub();
      kind = op.op();
      high = op.c();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      CpuState s = cpu.s;
      switch (kind) {
        case BOUND -> {
          long x = r[a] << up >> up;
          if (x < r[b] << up >> up || x > r[high] << up >> up) {
            throw cpu.fault.with(GuestFault.BR);
          }
        }
        case CANONICAL -> {
          if (r[a] << unused >> unused != r[a]) {
            throw cpu.fault.with(GuestFault.GP, 0);
          }
        }
        case SSE_CHECK -> {
          if (!SseControl.enabled(s)) {
            throw cpu.fault.with(SseControl.undefined(s) ? GuestFault.UD : GuestFault.NM);
          }
        }
        default -> throw new IllegalStateException(kind.name());
      }
    }
  }

  /** Intel SDM vol. 2A, DAA, DAS, AAA, AAS, AAM, AAD. Undefined flags: OF 0; the rest follow AL. */
  private static final class DecimalStep extends AluStep {
    private final int kind;

    DecimalStep(IrOp op) {
      super(op);
      kind = op.sub();
    }

    @Override
    public void run(Processor cpu, long[] r, Flags f) {
      cpu.position = position;
      int al = (int) r[0] & 0xFF;
      int ah = (int) r[0] >> 8 & 0xFF;
      boolean cf = f.cf();
      boolean af = f.af();
      boolean adjust = (al & 15) > 9 || af;
      switch (kind) {
        case 0, 1 -> {
          boolean high = al > 0x99 || cf;
          int sign = kind == 0 ? 1 : -1;
          boolean carry = high;
          if (kind == 1 && adjust && al < 6) {
            carry = true;
          }
          al += adjust ? 6 * sign : 0;
          al += high ? 0x60 * sign : 0;
          put(r, f, al & 0xFF, ah, carry, adjust);
        }
        case 2, 3 -> {
          int ax = (int) r[0] & 0xFFFF;
          if (adjust) {
            ax += kind == 2 ? 0x106 : -0x106;
          }
          put(r, f, ax & 15, ax >> 8 & 0xFF, adjust, adjust);
        }
        case 4 -> {
          if (imm == 0) {
            throw cpu.fault.with(GuestFault.DE);
          }
          put(r, f, al % (int) imm, al / (int) imm, false, false);
        }
        default -> put(r, f, al + ah * (int) imm & 0xFF, 0, false, false);
      }
    }

    private static void put(long[] r, Flags f, int al, int ah, boolean cf, boolean af) {
      r[0] = r[0] & ~0xFFFFL | al | ah << 8;
      f.logic((byte) al);
      f.aux = af ? CpuState.AF : 0;
      f.carryOverflow(cf, false);
    }
  }
}
