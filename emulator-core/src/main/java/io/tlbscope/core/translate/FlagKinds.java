package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import java.util.List;

/**
 * Which operations can have set the flags at a block's start: where it is one, conditions are
 * compiled as comparisons of its operands.
 */
final class FlagKinds {
  /** By block: bit {@code how & 63} for each possible {@link LazyFlags#how}. */
  private final long[] in;

  FlagKinds(List<RegionBlock> blocks) {
    in = new long[blocks.size()];
    in[0] = 1L << LazyFlags.SET;
    boolean changed = true;
    while (changed) {
      changed = false;
      for (RegionBlock block : blocks) {
        long out = in[block.index] == 0 ? 0 : after(block, in[block.index]);
        for (RegionBlock to : block.successors()) {
          if ((in[to.index] | out) != in[to.index]) {
            in[to.index] |= out;
            changed = true;
          }
        }
      }
    }
  }

  long at(RegionBlock block) {
    return in[block.index];
  }

  private static long after(RegionBlock block, long before) {
    long kinds = before;
    for (IrOp op : block.ops) {
      kinds = after(op, kinds);
    }
    return kinds;
  }

  /** Kinds after {@code op}, which must be what {@code FlagWriter} leaves behind. */
  static long after(IrOp op, long kinds) {
    if (op.op() == Op.FCOMPARE) {
      return op.flags() ? 1L << LazyFlags.how(LazyFlags.FLOATS, op.bits()) : kinds;
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
