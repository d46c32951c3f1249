package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import java.util.BitSet;
import java.util.List;

/**
 * Marks flag results of a region that nobody can see. Flags are alive wherever the region may be
 * left, and that is before an instruction that touches memory, and on every way out.
 */
final class FlagLiveness {
  private FlagLiveness() {}

  static void eliminate(List<RegionBlock> blocks) {
    boolean[] alive = new boolean[blocks.size()];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = blocks.size() - 1; i >= 0; i--) {
        RegionBlock block = blocks.get(i);
        boolean before = walk(block, out(block, alive), false);
        if (before != alive[i]) {
          alive[i] = before;
          changed = true;
        }
      }
    }
    for (RegionBlock block : blocks) {
      walk(block, out(block, alive), true);
    }
  }

  private static boolean out(RegionBlock block, boolean[] alive) {
    return !block.closed() || block.successors().stream().anyMatch(to -> alive[to.index]);
  }

  /**
   * Goes through a block from its end.
   *
   * @return whether flags are alive at its start
   */
  private static boolean walk(RegionBlock block, boolean live, boolean mark) {
    List<IrOp> ops = block.ops;
    BitSet leaves = new BitSet();
    for (IrOp op : ops) {
      if (op.op().flow() == Op.Flow.LEAVES) {
        leaves.set(op.index());
      }
    }
    for (int i = ops.size() - 1; i >= 0; i--) {
      IrOp op = ops.get(i);
      boolean needed = live;
      switch (op.op().flagUse()) {
        case WRITES -> live &= !op.flags();
        case READS, READS_WRITES -> live = true;
        default -> {
          // WRITES_SOME passes on what it does not write; NONE writes nothing
        }
      }
      if (mark && !needed && op.flags()) {
        ops.set(i, op.withoutFlags());
      }
      boolean first = i == 0 || ops.get(i - 1).index() != op.index();
      live |= first && leaves.get(op.index());
    }
    return live || block.header || block.asks != 0;
  }
}
