package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import java.util.List;

/**
 * Which operations can have set the flags at a block's start: where it is one, conditions are
 * compiled as comparisons of its operands.
 */
final class FlagKinds {
  /** Whether CF and OF have been set apart: not, or surely, or (both) who knows. */
  static final int NEVER = 1, ALWAYS = 2;

  private final int[] override;

  /** By block: bit {@code how & 63} for each possible {@link LazyFlags#how}. */
  private final long[] in;

  FlagKinds(List<RegionBlock> blocks) {
    in = new long[blocks.size()];
    in[0] = 1L << LazyFlags.SET;
    override = new int[blocks.size()];
    override[0] = NEVER;
    boolean changed = true;
    while (changed) {
      changed = false;
      for (RegionBlock block : blocks) {
        if (in[block.index] == 0) {
          continue;
        }
        long out = in[block.index];
        int apart = override[block.index];
        for (IrOp op : block.ops) {
          apart = overrideAfter(op, apart);
          out = after(op, out);
        }
        for (RegionBlock to : block.successors()) {
          if ((in[to.index] | out) != in[to.index]
              || (override[to.index] | apart) != override[to.index]) {
            in[to.index] |= out;
            override[to.index] |= apart;
            changed = true;
          }
        }
      }
    }
  }

  long at(RegionBlock block) {
    return in[block.index];
  }

  /** {@link #NEVER} and {@link #ALWAYS} at the block's start. */
  int overrideAt(RegionBlock block) {
    return override[block.index];
  }

  /** As {@link #after}, for CF and OF set apart. */
  static int overrideAfter(IrOp op, int before) {
    if (op.op() == Op.HELPER) {
      return before;
    }
    if (setsApart(op)) {
      return AluWriter.mayDoNothing(op) ? before | ALWAYS : ALWAYS;
    }
    boolean all = op.flags() && op.op().flagUse() != Op.FlagUse.NONE;
    if (!all || op.op().flagUse() == Op.FlagUse.READS) {
      return before;
    }
    return switch (op.op()) {
      case SHL, SHR, SAR ->
          AluWriter.constantCount(op) ? AluWriter.count(op) == 0 ? before : NEVER : before | NEVER;
      case ROL, ROR -> before;
      default -> NEVER;
    };
  }

  /** Operations that change CF and OF, or CF, and whose code here leaves the rest where it is. */
  static boolean setsApart(IrOp op) {
    return op.flags()
        && switch (op.op()) {
          case ROL, ROR -> !AluWriter.constantCount(op) || AluWriter.count(op) != 0;
          case BT, BTS, BTR, BTC -> true;
          default -> false;
        };
  }

  /** Kinds after {@code op}, which must be what {@code FlagWriter} leaves behind. */
  static long after(IrOp op, long kinds) {
    if (op.op() == Op.HELPER) {
      // A PAUSE: no other helper is in a region.
      return kinds;
    }
    if (op.op() == Op.FCOMPARE) {
      return op.flags() ? 1L << LazyFlags.how(LazyFlags.FLOATS, op.bits()) : kinds;
    }
    if (setsApart(op) || op.op() == Op.ROL || op.op() == Op.ROR) {
      return kinds;
    }
    boolean some = op.op().flagUse() != Op.FlagUse.NONE && op.op().flagUse() != Op.FlagUse.READS;
    if (!some || !op.flags()) {
      return kinds;
    }
    return switch (op.op()) {
      case ADD -> one(LazyFlags.ADD, op);
      case SUB, NEG -> one(LazyFlags.SUB, op);
      case AND, OR, XOR, BSF, BSR -> one(LazyFlags.LOGIC, op);
      case ADC -> one(LazyFlags.ADC, op);
      case SBB -> one(LazyFlags.SBB, op);
      case INC -> one(LazyFlags.INC, op);
      case DEC -> one(LazyFlags.DEC, op);
      case SHL -> shift(LazyFlags.SHL, op, kinds);
      case SHR -> shift(LazyFlags.SHR, op, kinds);
      case SAR -> shift(LazyFlags.SAR, op, kinds);
      case IMUL, MULU, MULS -> one(LazyFlags.WORDS, op);
      case POPCNT -> one(LazyFlags.COUNT, op);
      default -> 1L << LazyFlags.SET;
    };
  }

  private static long one(int kind, IrOp op) {
    return 1L << LazyFlags.how(kind, op.bits());
  }

  /** A count of 0 leaves the flags alone. */
  private static long shift(int kind, IrOp op, long kinds) {
    return AluWriter.constantCount(op)
        ? AluWriter.count(op) == 0 ? kinds : one(kind, op)
        : kinds | one(kind, op);
  }
}
