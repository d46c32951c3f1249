package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import io.tlbscope.core.ir.VectorFunction;
import java.util.BitSet;
import java.util.List;

/**
 * Which quadwords of the XMM registers a region names and changes, and which low ones it uses as
 * numbers of double precision alone.
 */
final class VectorUse {
  final BitSet used = new BitSet();
  final BitSet changed = new BitSet();
  private final BitSet scalar = new BitSet();
  private final BitSet other = new BitSet();

  VectorUse(List<RegionBlock> blocks) {
    for (RegionBlock block : blocks) {
      block.ops.forEach(this::note);
    }
  }

  /** A low quadword that is loaded, stored and calculated with as a double. */
  boolean isDouble(int quadword) {
    return (quadword & 1) == 0 && scalar.get(quadword) && !other.get(quadword);
  }

  private void note(IrOp op) {
    switch (op.op()) {
      case XLOAD, XPUT, XFROM -> {
        both(op.dst());
        changes(op.dst(), op);
      }
      case XSTORE, XGET -> both(op.a());
      case VECTOR -> {
        both(op.dst());
        both(op.b());
        changes(op.dst(), op);
      }
      case XTO -> both(op.b());
      case FCOMPARE -> {
        both(op.a());
        both(op.b());
      }
      default -> {
        return;
      }
    }
    kinds(op);
  }

  private void both(int register) {
    used.set(2 * register, 2 * register + 2);
  }

  private void changes(int register, IrOp op) {
    boolean whole =
        op.op() == Op.XLOAD || op.op() == Op.XPUT || op.extra(VectorFunction.class).whole();
    changed.set(2 * register);
    if (whole) {
      changed.set(2 * register + 1);
    }
  }

  /** Copies, and masks and zeroing, say nothing: doubles have them too, outside of loops mostly. */
  private void kinds(IrOp op) {
    boolean pair = op.op() == Op.VECTOR || op.op() == Op.FCOMPARE;
    int first =
        op.op() == Op.VECTOR || op.op() == Op.XLOAD || op.op() == Op.XFROM ? op.dst() : op.a();
    switch (op.op()) {
      case XLOAD, XSTORE -> mark(op.bits() == 64 ? scalar : other, first);
      case FCOMPARE -> {
        mark(op.bits() == 64 ? scalar : other, first);
        mark(op.bits() == 64 ? scalar : other, op.b());
      }
      case VECTOR, XFROM -> {
        VectorFunction function = op.extra(VectorFunction.class);
        if (function.shape().neutral()) {
          return;
        }
        mark(function.shape().doubles() ? scalar : other, first);
        if (pair) {
          mark(function.shape().doubles() ? scalar : other, op.b());
        }
      }
      case XPUT -> mark(other, op.dst());
      case XGET -> mark(other, op.a());
      default -> mark(scalar, op.b());
    }
  }

  private static void mark(BitSet set, int register) {
    set.set(2 * register);
  }
}
