package io.tlbscope.core.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.translate.RegionBlock.Edge;
import io.tlbscope.core.translate.RegionBlock.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegionGraphTest {
  private static final int BUDGET = 100_000;

  /** Blocks of so many instructions each. */
  private static List<RegionBlock> blocks(int... counts) {
    List<RegionBlock> blocks = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      long[] rips = new long[counts[i] + 1];
      blocks.add(
          new RegionBlock(
              0x1000 + 0x100 * i, Frame.top(0x1000), List.of(), rips, counts[i], End.GO));
    }
    return blocks;
  }

  private static void edge(List<RegionBlock> blocks, int from, int to) {
    Edge edge = new Edge(blocks.get(to).rip, Frame.top(0x1000));
    edge.to = blocks.get(to);
    blocks.get(from).edges.add(edge);
  }

  @Test
  void loopsThatShareAHeaderAreTheInnerAndTheOuterOne() {
    List<RegionBlock> blocks = blocks(5, 4, 6);
    edge(blocks, 0, 0);
    edge(blocks, 0, 1);
    edge(blocks, 1, 2);
    edge(blocks, 2, 0);
    RegionGraph.analyse(blocks);
    RegionBlock header = blocks.getFirst();
    assertEquals(0, header.levels.get(header));
    assertEquals(1, header.levels.get(blocks.get(2)));
  }

  @Test
  void oneTurnOfALoopOfOneBlockChargesTheBudgetInItsHeaderAlone() {
    List<RegionBlock> blocks = blocks(3, 7);
    edge(blocks, 0, 1);
    edge(blocks, 1, 1);
    RegionGraph.analyse(blocks);
    RegionBlock loop = blocks.get(1);
    assertEquals(0, loop.charge(loop));
    assertEquals(7, loop.unchargedBefore - loop.uncharged);
  }

  /** Whichever way control takes, what is charged and what is not add up to what retired. */
  @Test
  void onEveryWayThroughRandomRegionsTheBudgetIsKnownExactly() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<RegionBlock> blocks = randomRegion(random);
      RegionGraph.analyse(blocks);
      RegionBlock at = blocks.getFirst();
      int left = BUDGET + at.unchargedBefore;
      int retired = 0;
      for (int step = 0; step < 500; step++) {
        if (at.header) {
          left -= at.unchargedBefore - at.uncharged;
        }
        assertEquals(retired, BUDGET - left + at.uncharged, "seed " + seed + ", step " + step);
        retired += at.count;
        List<RegionBlock> next = at.successors();
        if (next.isEmpty()) {
          break;
        }
        RegionBlock to = next.get(random.nextInt(next.size()));
        left -= at.charge(to);
        at = to;
      }
    }
  }

  @Test
  void noPathFromAHeaderToTheNextIsLongerThanTheHeaderSays() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<RegionBlock> blocks = randomRegion(random);
      RegionGraph.analyse(blocks);
      RegionBlock at = blocks.getFirst();
      int since = 0;
      int most = at.longest;
      for (int step = 0; step < 500 && !at.successors().isEmpty(); step++) {
        if (at.header) {
          since = 0;
          most = at.longest;
        }
        since += at.count;
        assertTrue(since <= most, "seed " + seed);
        at = at.successors().get(random.nextInt(at.successors().size()));
      }
    }
  }

  /** All blocks can be reached; edges go anywhere. */
  private static List<RegionBlock> randomRegion(Random random) {
    int n = 2 + random.nextInt(12);
    List<RegionBlock> blocks = blocks(random.ints(n, 1, 20).toArray());
    for (int i = 1; i < n; i++) {
      edge(blocks, random.nextInt(i), i);
    }
    for (int i = 0; i < n; i++) {
      if (random.nextInt(3) != 0) {
        edge(blocks, random.nextInt(n), random.nextInt(n));
      }
    }
    return blocks;
  }
}
