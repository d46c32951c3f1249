package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Lifter.HelperCall;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.isa.Mnemonic;
import java.util.List;

/**
 * Which instructions have a place in a region. A region is left before an instruction or not at
 * all, so whatever could stop one after it has changed something has none.
 */
final class Translatable {
  private Translatable() {}

  /** Number of the first instruction of a block that has to be left out, or -1. */
  static int firstNot(List<IrOp> ops) {
    int instruction = -1;
    boolean changed = false;
    IrOp update = null;
    for (IrOp op : ops) {
      if (op.index() != instruction) {
        instruction = op.index();
        changed = false;
        update = null;
      }
      if (!possible(op)) {
        return instruction;
      }
      boolean back = update != null && op.op() == Op.STORE && op.mem() == update.mem();
      if (op.op().flow() == Op.Flow.LEAVES && changed && !back) {
        return instruction;
      }
      if (op.op() == Op.LOAD_RMW) {
        update = op;
      }
      changed |= changes(op);
    }
    return -1;
  }

  /** A PAUSE, which ends its block. */
  static boolean pause(IrOp op) {
    return op.op() == Op.HELPER
        && op.extra(HelperCall.class).instruction().mnemonic() == Mnemonic.PAUSE;
  }

  private static boolean possible(IrOp op) {
    return switch (op.op()) {
      case SEG_CHECK,
          STRING,
          STRING_REPEATED,
          HELPER,
          RAISE,
          UNIMPLEMENTED,
          CMPXCHG_WIDE,
          BCD,
          BOUND ->
          false;
      case DIVU, DIVS -> !MultiplyWriter.leavesDivision(op);
      default -> true;
    };
  }

  /** True if the operation writes what outlives the instruction. */
  private static boolean changes(IrOp op) {
    boolean flags = op.op().flagUse() != Op.FlagUse.NONE && op.op().flagUse() != Op.FlagUse.READS;
    return switch (op.op()) {
      case STORE, XSTORE, ATOMIC, X87, X87_FLAGS, X87_STORE, MMX_PUT -> true;
      case XLOAD, XPUT, VECTOR, XFROM -> op.dst() < 16;
      default -> op.dst() < 16 || op.dst2() < 16 || flags && op.flags();
    };
  }
}
