package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.SseControl;
import io.tlbscope.core.interpret.FastPath;
import io.tlbscope.core.interpret.Node;
import io.tlbscope.core.interpret.NodeTable;
import io.tlbscope.core.vcpu.Processor;
import java.util.Set;
import java.util.TreeSet;

/** A region at the head's node of one vCPU. On the vCPU's thread. */
class RegionEntry extends FastPath {
  /** Times that an exit is taken before the region is made anew with what the exit leads to. */
  private static final int WORTH_GROWING = 1000;

  /**
   * Instructions that the region may retire for each time that the exit is taken, and it is still
   * worth it: leaving takes as long as some 300 of them.
   */
  private static final long RARE = 5000;

  /** The same for an access, which is made quicker at a price for all that lies around it. */
  private static final long RARE_ACCESS = 200;

  /** An access goes with one that is served a so much smaller part of the times. */
  private static final int SIMILAR = 8;

  /** Targets of an indirect exit that are noted before. */
  private static final int TARGETS = 32;

  /** Ints of two cache lines. */
  private static final int APART = 32;

  /** The budget is an int; a slice never ends in the midst of one entry's share. */
  private static final long MOST = 1 << 30;

  private final RegionTranslator translator;
  private final Statistics statistics;
  private final Processor cpu;
  private final CpuState s;
  private final NodeTable nodes;
  private final Node node;
  final Region region;

  /** From element {@link #APART} on, in cache lines of the vCPU's own. */
  private final int[] taken;

  /** What had been retired when the exit's count began. */
  private final long[] since;

  /** The region counts its memory accesses. */
  private final boolean counts;

  /** Pages known to be in place, in the fetch generation {@link #generation}. */
  private int pages;

  private long generation = -1;

  RegionEntry(
      RegionTranslator translator, Processor cpu, NodeTable nodes, Node node, Region region) {
    this.translator = translator;
    this.statistics = translator.statistics(cpu);
    this.cpu = cpu;
    this.s = cpu.s;
    this.nodes = nodes;
    this.node = node;
    this.region = region;
    this.taken = new int[region.exits.length + 2 * APART];
    this.since = new long[region.exits.length];
    this.counts = translator.counts();
  }

  @Override
  public int run(long end) {
    long left = end - s.retired;
    if (left < region.need || !usable()) {
      return ABSENT;
    }
    if (pages != region.allPages || generation != cpu.mmu.fetchGeneration()) {
      look();
    }
    RegionCode code = region.code;
    if (code == null) {
      return ABSENT;
    }
    if (ran == 0) {
      cover();
    }
    if (!region.ran) {
      region.ran = true;
    }
    int budget = (int) Math.min(left, MOST);
    long out = enter(code, budget);
    int number = (int) out;
    RegionExit exit = region.exits[number];
    int retired = budget - (int) (out >> 32) + exit.uncharged();
    s.retired += retired;
    ran += retired;
    s.rip = exit.indirect() ? cpu.r[CpuState.TEMPORARIES] : exit.rip();
    statistics.left(exit.why(), retired);
    if (counts) {
      statistics.accessed(cpu.r[RegionMethod.ACCESSES_SLOT]);
    }
    if (++taken[APART + number] > WORTH_GROWING - TARGETS) {
      often(exit, number);
    }
    return exit.stuck() ? STUCK : LEFT;
  }

  /** Tells the blocks that are in the region. */
  private void cover() {
    for (long rip : region.rips) {
      Node covered = rip == region.rip ? null : nodes.peek(rip, node.mode);
      if (covered != null) {
        covered.cover(this);
      }
    }
  }

  /** See {@link RegionCode#run}. */
  long enter(RegionCode code, int budget) {
    return code.run(cpu, cpu.r, s.flags, s.xmm, cpu.mmu.table(), pages, budget);
  }

  /** An exit is worth a larger region, and an indirect one worth knowing its targets for it. */
  private void often(RegionExit exit, int number) {
    int times = taken[APART + number];
    if (exit.why() == RegionExit.Why.MEMORY) {
      missed(number, times);
      return;
    }
    if (times > WORTH_GROWING || exit.stuck() || exit.why() == RegionExit.Why.BUDGET) {
      return;
    }
    Node from = exit.indirect() ? nodes.peek(exit.rip(), node.mode) : null;
    if (from != null) {
      from.took(s.rip);
    }
    if (times == WORTH_GROWING
        && (ran - since[number] > RARE * WORTH_GROWING
            || !translator.grow(cpu, nodes, node, region, s.rip))) {
      taken[APART + number] = 0;
      since[number] = ran;
    }
  }

  /** An access that the look-aside often does not serve, together with the others of its kind. */
  private void missed(int number, int times) {
    if (times != WORTH_GROWING) {
      return;
    }
    Set<Long> rips = new TreeSet<>();
    for (int other = 0; other < region.exits.length; other++) {
      RegionExit exit = region.exits[other];
      if (exit.why() == RegionExit.Why.MEMORY && taken[APART + other] * SIMILAR >= WORTH_GROWING) {
        rips.add(exit.rip());
      }
    }
    if (ran - since[number] > RARE_ACCESS * WORTH_GROWING
        || !translator.refill(cpu, nodes, node, region, rips)) {
      taken[APART + number] = 0;
      since[number] = ran;
    }
  }

  /** The region may run in the state that the vCPU is in. */
  private boolean usable() {
    if (region.stale() != 0) {
      if (!translator.compare(node, this)) {
        return false;
      }
      // Pages may have come or gone.
      generation = -1;
    }
    return (region.stale() & 1) == 0
        && (!region.sse || SseControl.enabled(s))
        && (!region.sseArithmetic || SseControl.masked(s))
        && (!region.x87 || (s.cr0 & (CpuState.CR0_EM | CpuState.CR0_TS)) == 0);
  }

  /** Finds out which code pages are where they were, without asking the TLB. */
  private void look() {
    generation = cpu.mmu.fetchGeneration();
    int stale = region.stale();
    pages = 1;
    for (int i = 1; i < region.vaPages.length; i++) {
      if ((stale >> i & 1) == 0 && cpu.mmu.fetchedPage(region.vaPages[i]) == region.paPages[i]) {
        pages |= 1 << i;
      }
    }
  }
}
