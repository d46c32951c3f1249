package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.Op;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a region shall be made from: everything that depends on the machine's state has been read.
 *
 * @param blocks the head first
 * @param pieces bytes of the blocks, of those left out too
 * @param capped warm code was left out
 * @param growth times that the region was made before
 * @param refills offsets of instructions whose accesses the look-aside often does not serve
 * @param exact PE was clear: SSE arithmetic shall be quick to find out whether its results are
 *     exact
 */
record RegionRequest(
    long rip,
    List<RegionBlock> blocks,
    List<Region.Piece> pieces,
    long[] vaPages,
    long[] paPages,
    boolean capped,
    int growth,
    Set<Long> refills,
    boolean exact) {
  boolean sse() {
    return any(op -> op.op() == Op.SSE_CHECK);
  }

  boolean sseArithmetic() {
    return any(op -> op.op() == Op.SSE_CHECK && op.sub() != 0);
  }

  boolean x87() {
    return any(op -> op.op() == Op.X87_CHECK);
  }

  private boolean any(Predicate<IrOp> test) {
    return blocks.stream().anyMatch(block -> block.ops.stream().anyMatch(test));
  }

  /** The same with its last blocks, the coldest, left out; at least the head stays. */
  RegionRequest smaller() {
    int instructions = blocks.stream().mapToInt(block -> block.count).sum();
    int most = instructions * 2 / 3;
    int keep = 1;
    int sum = blocks.getFirst().count;
    while (keep < blocks.size() && sum + blocks.get(keep).count <= most) {
      sum += blocks.get(keep++).count;
    }
    List<RegionBlock> kept = blocks.subList(0, Math.min(keep, blocks.size() - 1));
    for (RegionBlock block : kept) {
      block.reset();
      for (RegionBlock.Edge edge : block.edges) {
        if (edge.to != null && edge.to.index >= kept.size()) {
          edge.to = null;
        }
      }
    }
    RegionGraph.analyse(kept);
    return new RegionRequest(rip, kept, pieces, vaPages, paPages, true, growth, refills, exact);
  }
}
