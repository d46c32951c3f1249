package io.tlbscope.core.ir;

import java.util.BitSet;
import java.util.List;

/**
 * Marks flag results that nobody can see. Flags stay alive wherever the block may be left: at an
 * operation that can fault, and at the end of an instruction that touched memory.
 */
public final class DeadFlags {
  private DeadFlags() {}

  /** Replaces operations of {@code ops} (one block) in place. */
  public static void eliminate(List<IrOp> ops) {
    BitSet leaves = new BitSet();
    for (IrOp op : ops) {
      if (op.op().flow() == Op.Flow.LEAVES) {
        leaves.set(op.index());
      }
    }
    boolean live = true;
    int instruction = -1;
    for (int i = ops.size() - 1; i >= 0; i--) {
      IrOp op = ops.get(i);
      if (op.index() != instruction) {
        instruction = op.index();
        live |= leaves.get(instruction);
      }
      boolean needed = live;
      switch (op.op().flagUse()) {
        case WRITES -> live &= !op.flags();
        case READS, READS_WRITES -> live = true;
        default -> {
          // WRITES_SOME passes on what it does not write; NONE writes nothing
        }
      }
      if (!needed && op.flags()) {
        ops.set(i, op.withoutFlags());
      }
      live |= op.op().flow() != Op.Flow.STAYS;
    }
  }
}
