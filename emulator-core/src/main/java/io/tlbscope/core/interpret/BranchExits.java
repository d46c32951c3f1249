package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.vcpu.Processor;

/** Ends of a block that only decide where to go on. */
final class BranchExits {
  private BranchExits() {}

  static Exit of(IrOp op) {
    return switch (op.op()) {
      case JMP, FALL -> new Jump();
      case JCC -> new Conditional(op.sub());
      case JZERO -> new Zero(op);
      case JLOOP -> new Loop(op);
      case JMP_SLOT -> new Indirect(op);
      default -> null;
    };
  }

  /** A comparison (SUB or AND without destination) and the conditional jump after it as one. */
  static Exit fused(IrOp compare, IrOp jump) {
    return compare.op() == Op.SUB
        ? new CompareJump(compare, jump.sub())
        : new TestJump(compare, jump.sub());
  }

  private static final class Jump extends Exit {
    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      return TARGET;
    }
  }

  private static final class Conditional extends Exit {
    private final int condition;

    Conditional(int condition) {
      this.condition = condition;
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      return f.condition(condition) ? TARGET : OTHER;
    }
  }

  private static final class CompareJump extends Exit {
    private final int a, b, up, kind, negate;
    private final long imm;

    CompareJump(IrOp op, int condition) {
      a = op.a();
      b = op.b();
      imm = op.imm();
      up = 64 - op.bits();
      kind = condition >> 1;
      negate = condition & 1 ^ 1;
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      long x = r[a] << up;
      long y = r[b] + imm << up;
      long z = x - y;
      f.subtracted(x, y, z, up);
      boolean holds =
          switch (kind) {
            case 1 -> Long.compareUnsigned(x, y) < 0;
            case 2 -> x == y;
            case 3 -> Long.compareUnsigned(x, y) <= 0;
            case 4 -> z < 0;
            case 6 -> x < y;
            case 7 -> x <= y;
            default -> f.condition(kind << 1);
          };
      return holds ? negate ^ 1 : negate;
    }
  }

  private static final class TestJump extends Exit {
    private final int a, b, up, kind, negate;
    private final long imm;

    TestJump(IrOp op, int condition) {
      a = op.a();
      b = op.b();
      imm = op.imm();
      up = 64 - op.bits();
      kind = condition >> 1;
      negate = condition & 1 ^ 1;
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      long z = (r[a] & r[b] + imm) << up;
      f.logic(z >> up);
      boolean holds =
          switch (kind) {
            case 2, 3 -> z == 0;
            case 4, 6 -> z < 0;
            case 7 -> z <= 0;
            default -> f.condition(kind << 1);
          };
      return holds ? negate ^ 1 : negate;
    }
  }

  private static final class Zero extends Exit {
    private final int a, up;

    Zero(IrOp op) {
      a = op.a();
      up = 64 - op.bits();
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      return r[a] << up == 0 ? TARGET : OTHER;
    }
  }

  private static final class Loop extends Exit {
    private final int a, up, condition;

    Loop(IrOp op) {
      a = op.a();
      up = 64 - op.bits();
      condition = op.sub();
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      return r[a] << up != 0 && (condition < 0 || f.condition(condition)) ? TARGET : OTHER;
    }
  }

  private static final class Indirect extends Exit {
    private final int a, up;

    Indirect(IrOp op) {
      a = op.a();
      up = 64 - op.bits();
    }

    @Override
    int leave(Processor cpu, long[] r, Flags f) {
      cpu.s.rip = r[a] << up >>> up;
      return RIP;
    }
  }
}
