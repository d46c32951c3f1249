package io.tlbscope.core.translate;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the paths through a region's blocks tell: where cycles close, how long a path can be. */
final class RegionGraph {
  private RegionGraph() {}

  /**
   * Numbers the blocks, marks the headers, computes {@link RegionBlock#longest}. The first block is
   * the head.
   */
  static void analyse(List<RegionBlock> blocks) {
    for (int i = 0; i < blocks.size(); i++) {
      blocks.get(i).index = i;
    }
    int[] state = new int[blocks.size()];
    List<RegionBlock> postorder = new java.util.ArrayList<>();
    blocks.getFirst().header = true;
    walk(blocks.getFirst(), state, postorder);
    Arrays.fill(state, 0);
    for (RegionBlock block : postorder) {
      int longest = 0;
      for (RegionBlock to : block.successors()) {
        // A header checks again; every other successor is earlier in postorder.
        longest = Math.max(longest, to.header ? 0 : to.longest);
      }
      block.longest = block.count + longest;
    }
    blocks.stream().filter(block -> block.header).forEach(block -> nest(block, blocks));
    charge(postorder);
  }

  /**
   * Where the budget is charged. A header takes off all that can retire before the next one, so
   * that its check is the sign of what is left, and a loop's turn changes the budget once. The
   * blocks behind it follow the block that is first in the region, the hottest, among those that
   * come before; on other ways to them, and on ways back that are shorter than the longest, the
   * difference is charged.
   */
  private static void charge(List<RegionBlock> postorder) {
    Set<RegionBlock> known = new HashSet<>();
    Map<RegionBlock, RegionBlock> best = new HashMap<>();
    for (RegionBlock block : postorder.reversed()) {
      RegionBlock from = best.get(block);
      block.uncharged = block.header ? -block.longest : from.uncharged + from.count;
      block.unchargedBefore = block.uncharged;
      known.add(block);
      for (RegionBlock to : block.successors()) {
        if (!known.contains(to)) {
          best.merge(to, block, (a, b) -> a.index < b.index ? a : b);
        }
      }
    }
    for (RegionBlock header : postorder) {
      header.levels.entrySet().stream()
          .filter(way -> way.getValue() == 0)
          .map(Map.Entry::getKey)
          .min(Comparator.comparingInt(latch -> latch.index))
          .ifPresent(latch -> header.unchargedBefore = latch.uncharged + latch.count);
    }
  }

  /**
   * Tells the loops that share a header apart, by their size: the smallest is level 0, and one that
   * contains it lies around it.
   */
  private static void nest(RegionBlock header, List<RegionBlock> blocks) {
    Map<RegionBlock, Integer> sizes = new LinkedHashMap<>();
    for (RegionBlock latch : blocks) {
      if (latch.index >= header.index && latch.successors().contains(header)) {
        sizes.put(latch, body(header, latch, blocks));
      }
    }
    List<Integer> distinct = sizes.values().stream().distinct().sorted().toList();
    sizes.forEach((latch, size) -> header.levels.put(latch, distinct.indexOf(size)));
  }

  /** Blocks of the loop that the edge from {@code latch} to {@code header} closes. */
  private static int body(RegionBlock header, RegionBlock latch, List<RegionBlock> blocks) {
    Set<RegionBlock> body = new HashSet<>(List.of(header));
    Deque<RegionBlock> open = new ArrayDeque<>(List.of(latch));
    while (!open.isEmpty()) {
      RegionBlock block = open.pop();
      if (body.add(block)) {
        for (RegionBlock from : blocks) {
          if (from.successors().contains(block)) {
            open.push(from);
          }
        }
      }
    }
    return body.size();
  }

  private record Visit(RegionBlock block, java.util.Iterator<RegionBlock> rest) {}

  /** Depth first, without recursion: a region may be one long chain. */
  private static void walk(RegionBlock head, int[] state, List<RegionBlock> postorder) {
    Deque<Visit> path = new ArrayDeque<>();
    path.push(new Visit(head, head.successors().iterator()));
    state[head.index] = 1;
    while (!path.isEmpty()) {
      Visit visit = path.peek();
      if (!visit.rest().hasNext()) {
        path.pop();
        state[visit.block().index] = 2;
        postorder.add(visit.block());
        continue;
      }
      RegionBlock to = visit.rest().next();
      if (state[to.index] == 1) {
        to.header = true;
      } else if (state[to.index] == 0) {
        state[to.index] = 1;
        path.push(new Visit(to, to.successors().iterator()));
      }
    }
  }
}
