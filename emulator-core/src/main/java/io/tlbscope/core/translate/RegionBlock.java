package io.tlbscope.core.translate;

import io.tlbscope.core.ir.IrOp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A basic block of a region. */
final class RegionBlock {
  /** How a block ends. */
  enum End {
    /** On to the first edge. */
    GO,
    /** To the first edge if the last operation's condition holds, else to the second. */
    BRANCH,
    /** To one of the edges by their offsets, else out of the region. */
    INDIRECT,
    /** A PAUSE, then on to the first edge; or out before it, when the schedule is to be asked. */
    PAUSE,
    /** The interpreter has to do the next instruction. */
    STOP
  }

  /** A way on: to a block of the region, or out of it when {@link #to} is null. */
  static final class Edge {
    final long rip;
    final Frame frame;
    RegionBlock to;

    Edge(long rip, Frame frame) {
      this.rip = rip;
      this.frame = frame;
    }
  }

  final long rip;
  final Frame frame;

  /** Operations as they were lifted, the deciding one of the end included. */
  private final List<IrOp> lifted;

  /** The same, replaced where their flags turn out dead. */
  final List<IrOp> ops = new ArrayList<>();

  /** Offset of each instruction and of what follows the last one. */
  final long[] rips;

  /** Instructions executed by the block: those before the one that stops it. */
  final int count;

  final End end;
  final List<Edge> edges = new ArrayList<>();

  /** Bits of the region's pages that its bytes lie in. */
  int pages;

  /** Those of {@link #pages} that are not known to be in place when the block is reached. */
  int asks;

  /** The budget is checked at its start: every cycle has such a block. */
  boolean header;

  /** For each block that closes a loop at this header, how many loops of the header lie inside. */
  final Map<RegionBlock, Integer> levels = new LinkedHashMap<>();

  /**
   * Instructions retired before the block that the budget has not been charged with, whichever way
   * control came: where it comes in, and after what a header charges; negative where some are
   * charged ahead. See {@link RegionGraph}.
   */
  int unchargedBefore, uncharged;

  /** Instructions from here to the next check at most. */
  int longest;

  /** Place in the region's list of blocks, from {@link RegionGraph#analyse} alone. */
  int index;

  RegionBlock(long rip, Frame frame, List<IrOp> ops, long[] rips, int count, End end) {
    this.rip = rip;
    this.frame = frame;
    this.lifted = List.copyOf(ops);
    this.ops.addAll(lifted);
    this.rips = rips;
    this.count = count;
    this.end = end;
  }

  /** Forgets what was found out about the block in its region. */
  void reset() {
    ops.clear();
    ops.addAll(lifted);
    header = false;
    levels.clear();
    longest = 0;
    unchargedBefore = uncharged = 0;
  }

  /** The operation that decides how the block ends. */
  IrOp last() {
    return ops.getLast();
  }

  /** Blocks of the region that follow. */
  List<RegionBlock> successors() {
    return edges.stream().map(edge -> edge.to).filter(to -> to != null).toList();
  }

  /**
   * Instructions that the budget is charged with on the way to a block that follows; may be < 0.
   */
  int charge(RegionBlock to) {
    return uncharged + count - to.unchargedBefore;
  }

  /** False if some way on leaves the region. */
  boolean closed() {
    return end != End.STOP
        && end != End.PAUSE
        && end != End.INDIRECT
        && edges.stream().allMatch(edge -> edge.to != null);
  }
}
