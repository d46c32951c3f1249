package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.VectorFunction;
import io.tlbscope.core.ir.VectorFunction.Shape;
import java.util.BitSet;
import java.util.List;

/**
 * Which XMM registers' low quadwords may be denormal doubles at the places of a region where scalar
 * arithmetic uses them. It looks at its operands there, and at those only: a result is no denormal,
 * or {@link FloatCode#limit} has seen to it that all that follows goes the slow way.
 */
final class DenormalFlow {
  /** The scratch registers included. */
  private static final int REGISTERS = 18;

  /** For each block, the registers that may be at its start. */
  private final BitSet[] at;

  /** Registers that hold doubles alone and are used before they are written: see {@link #entry}. */
  private final BitSet entry = new BitSet();

  DenormalFlow(List<RegionBlock> blocks, VectorUse vectors) {
    at = new BitSet[blocks.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = new BitSet();
    }
    BitSet live = live(blocks);
    for (int n = 0; n < REGISTERS; n++) {
      boolean isDouble = vectors.isDouble(2 * n);
      entry.set(n, isDouble && live.get(n));
      at[0].set(n, !isDouble);
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (RegionBlock block : blocks) {
        BitSet after = (BitSet) at[block.index].clone();
        block.ops.forEach(op -> after(op, after));
        for (RegionBlock next : block.successors()) {
          int before = at[next.index].cardinality();
          at[next.index].or(after);
          changed |= at[next.index].cardinality() != before;
        }
      }
    }
  }

  BitSet at(RegionBlock block) {
    return (BitSet) at[block.index].clone();
  }

  /** A bit for each register that is to be looked at when the region is entered. */
  int entry() {
    return entry.isEmpty() ? 0 : (int) entry.toLongArray()[0];
  }

  /** Brings what may be denormal up to date. */
  static void after(IrOp op, BitSet may) {
    switch (op.op()) {
      case XLOAD -> may.set(op.dst());
      case XPUT -> may.set(op.dst(), may.get(op.dst()) || op.sub() == 0);
      case XFROM -> may.set(op.dst(), op.extra(VectorFunction.class).shape() != Shape.DOUBLE);
      case FCOMPARE -> {
        if (op.bits() == 64) {
          may.clear(op.a());
          may.clear(op.b());
        }
      }
      case VECTOR -> {
        switch (op.extra(VectorFunction.class).shape()) {
          case COPY, MOVE -> may.set(op.dst(), may.get(op.b()));
          case ADD_DOUBLE, SUB_DOUBLE, MUL_DOUBLE, DIV_DOUBLE -> {
            may.clear(op.dst());
            may.clear(op.b());
          }
          default -> may.set(op.dst(), !zeroes(op));
        }
      }
      default -> {}
    }
  }

  private static boolean zeroes(IrOp op) {
    return op.extra(VectorFunction.class).shape() == Shape.XOR && op.dst() == op.b();
  }

  /** Registers that are used at the head before they are written. */
  private static BitSet live(List<RegionBlock> blocks) {
    BitSet[] live = new BitSet[blocks.size()];
    for (int i = 0; i < live.length; i++) {
      live[i] = new BitSet();
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = blocks.size() - 1; i >= 0; i--) {
        RegionBlock block = blocks.get(i);
        BitSet before = new BitSet();
        block.successors().forEach(next -> before.or(live[next.index]));
        for (int n = block.ops.size() - 1; n >= 0; n--) {
          use(block.ops.get(n), before);
        }
        changed |= !before.equals(live[i]);
        live[i] = before;
      }
    }
    return live[0];
  }

  private static void use(IrOp op, BitSet live) {
    switch (op.op()) {
      case XLOAD, XFROM, XPUT -> live.clear(op.dst());
      case XSTORE, XGET -> live.set(op.a());
      case XTO -> live.set(op.b());
      case FCOMPARE -> {
        live.set(op.a());
        live.set(op.b());
      }
      case VECTOR -> {
        live.set(op.dst(), !writesOnly(op));
        if (!zeroes(op)) {
          live.set(op.b());
        }
      }
      default -> {}
    }
  }

  private static boolean writesOnly(IrOp op) {
    Shape shape = op.extra(VectorFunction.class).shape();
    return shape == Shape.COPY || shape == Shape.MOVE || zeroes(op);
  }
}
