package io.tlbscope.core.translate;

import io.tlbscope.core.interpret.BlockDecoder;
import io.tlbscope.core.interpret.BlockDecoder.Lifted;
import io.tlbscope.core.interpret.Node;
import io.tlbscope.core.interpret.NodeTable;
import io.tlbscope.core.ir.IrOp;
import io.tlbscope.core.ir.LiftMode;
import io.tlbscope.core.translate.RegionBlock.Edge;
import io.tlbscope.core.translate.RegionBlock.End;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Chooses the blocks of a region: from the head along edges that the interpreter has seen taken,
 * the hottest first, into calls and back out, until the cap is reached. On the vCPU's thread.
 */
final class RegionBuilder {
  /** Times that a block must have been interpreted to be worth its place. */
  private static final int WARM = 4;

  /**
   * The same, as a part of the times that the block before it was: what a loop leads to in the end
   * is not worth making its code worse. What is left by such an exit often is found out there.
   */
  private static final int SHARE = 32;

  private static final int CALL = 1, RETURN = 2;

  private final NodeTable nodes;
  private final LiftMode mode;
  private final CodePages pages;
  private final int cap;
  private final boolean spins;
  private final Map<Place, RegionBlock> built = new HashMap<>();
  private final List<RegionBlock> blocks = new ArrayList<>();
  private final PriorityQueue<Candidate> candidates = new PriorityQueue<>();
  private long wanted;
  private int instructions;
  private int serial;

  /** True when warm code had to be left out. */
  boolean capped;

  private record Place(long rip, Frame frame) {}

  private record Candidate(Place place, int heat, int serial) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int byHeat = Integer.compare(other.heat, heat);
      return byHeat != 0 ? byHeat : Integer.compare(serial, other.serial);
    }
  }

  /**
   * @param cap guest instructions at most
   * @param spins PAUSE has a place in a region
   */
  RegionBuilder(NodeTable nodes, LiftMode mode, CodePages pages, int cap, boolean spins) {
    this.spins = spins;
    this.nodes = nodes;
    this.mode = mode;
    this.pages = pages;
    this.cap = cap;
  }

  /**
   * The region's blocks, its head first; empty when nothing can be made of it.
   *
   * @param wanted offset of a block that is worth its place however seldom it was interpreted
   */
  List<RegionBlock> build(long rip, long wanted) {
    this.wanted = wanted;
    Frame top = Frame.top(rip);
    candidates.add(new Candidate(new Place(rip, top), Integer.MAX_VALUE, serial++));
    while (!candidates.isEmpty()) {
      Place place = candidates.poll().place();
      if (built.containsKey(place)) {
        continue;
      }
      if (instructions >= cap) {
        capped = true;
        break;
      }
      add(place);
    }
    if (blocks.isEmpty() || blocks.getFirst().count == 0) {
      return List.of();
    }
    connect();
    return blocks;
  }

  private void add(Place place) {
    byte[] bytes = pages.from(place.rip(), false);
    if (bytes == null) {
      return;
    }
    Lifted lifted = BlockDecoder.lift(mode, place.rip(), bytes, 0, bytes.length, cap);
    if (lifted == null) {
      bytes = pages.from(place.rip(), true);
      lifted =
          bytes == null ? null : BlockDecoder.lift(mode, place.rip(), bytes, 0, bytes.length, 1);
    }
    if (lifted == null) {
      return;
    }
    RegionBlock block = block(place, lifted);
    block.pages = pages.bits(place.rip(), lifted.bytes().length);
    blocks.add(block);
    built.put(place, block);
    instructions += block.count;
    block.edges.forEach(edge -> candidate(place.rip(), edge.rip, edge.frame));
  }

  private void candidate(long from, long rip, Frame frame) {
    Node node = nodes.peek(rip, mode);
    Node before = nodes.peek(from, mode);
    int warm = before == null ? WARM : Math.max(WARM, before.heat / SHARE);
    if (frame != null && node != null && (node.heat >= warm || rip == wanted)) {
      candidates.add(new Candidate(new Place(rip, frame), node.heat, serial++));
    }
  }

  private RegionBlock block(Place place, Lifted lifted) {
    List<IrOp> ops = lifted.ops();
    int stop = Translatable.firstNot(ops);
    IrOp end = ops.getLast();
    if (spins && stop == end.index() && Translatable.pause(end)) {
      RegionBlock block =
          new RegionBlock(
              place.rip(), place.frame(), ops, lifted.rips(), lifted.count(), End.PAUSE);
      block.edges.add(new Edge(lifted.rips()[lifted.count()], place.frame()));
      return block;
    }
    if (stop >= 0) {
      List<IrOp> before = ops.stream().filter(op -> op.index() < stop).toList();
      return new RegionBlock(place.rip(), place.frame(), before, lifted.rips(), stop, End.STOP);
    }
    long next = lifted.rips()[lifted.count()];
    End how =
        switch (end.op()) {
          case JMP, FALL -> End.GO;
          case JMP_SLOT -> End.INDIRECT;
          default -> End.BRANCH;
        };
    RegionBlock block =
        new RegionBlock(place.rip(), place.frame(), ops, lifted.rips(), lifted.count(), how);
    edges(block, end, next);
    return block;
  }

  private void edges(RegionBlock block, IrOp last, long next) {
    Frame frame = block.frame;
    switch (last.op()) {
      case JMP ->
          block.edges.add(
              new Edge(last.imm(), last.sub() == CALL ? call(frame, last.imm(), next) : frame));
      case FALL -> block.edges.add(new Edge(last.imm(), frame));
      case JMP_SLOT -> indirect(block, last, next);
      default -> {
        block.edges.add(new Edge(last.imm(), frame));
        block.edges.add(new Edge(next, frame));
      }
    }
  }

  private void indirect(RegionBlock block, IrOp last, long next) {
    if (last.sub() == RETURN && block.frame.caller != null) {
      // Return sites of recursive calls are added when all calls are known.
      block.edges.add(new Edge(block.frame.returnRip, block.frame.caller));
      return;
    }
    // A return out of the head's own function goes where the interpreter saw it go: a recursion
    // whose middle is the head stays in the region.
    Node node = nodes.peek(block.rip, mode);
    if (node == null) {
      return;
    }
    for (long target : node.targets()) {
      block.edges.add(
          new Edge(target, last.sub() == CALL ? call(block.frame, target, next) : block.frame));
    }
  }

  private Frame call(Frame from, long target, long next) {
    Frame frame = from.call(target, next);
    if (frame != null && !frame.recursive.isEmpty()) {
      candidate(target, next, from);
    }
    return frame;
  }

  /** Leads the edges to the blocks that were built. */
  private void connect() {
    for (RegionBlock block : blocks) {
      if (block.end == End.INDIRECT && block.last().sub() == RETURN) {
        for (Frame.Return site : block.frame.recursive) {
          block.edges.add(new Edge(site.rip(), site.frame()));
        }
      }
      for (Edge edge : block.edges) {
        edge.to = edge.frame == null ? null : built.get(new Place(edge.rip, edge.frame));
      }
    }
    for (RegionBlock block : blocks) {
      // Page 0 is the head's, which was asked for by whoever enters.
      block.asks = block.pages & ~1;
    }
    RegionGraph.analyse(blocks);
  }
}
