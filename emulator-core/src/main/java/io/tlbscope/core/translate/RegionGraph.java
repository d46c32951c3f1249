package io.tlbscope.core.translate;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

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
