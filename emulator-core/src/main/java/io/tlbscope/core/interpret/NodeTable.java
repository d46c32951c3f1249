package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.ir.LiftMode;
import io.tlbscope.core.vcpu.Processor;

/**
 * One vCPU's blocks by linear address. A node is good while the MMU's fetch generation stands;
 * after that its page's translation is asked for again, through the architectural TLB, when it is
 * next run.
 */
public final class NodeTable {
  private static final int SIZE = 1 << 15;

  private final Processor cpu;
  private final BlockCache blocks;
  private final Node[] table = new Node[SIZE];

  NodeTable(Processor cpu, BlockCache blocks) {
    this.cpu = cpu;
    this.blocks = blocks;
  }

  private long linear(long rip, LiftMode mode) {
    return mode.is64() ? rip : cpu.r[CpuState.SEGMENT_BASES + Segment.CS] + rip & 0xFFFF_FFFFL;
  }

  private static int slot(long linear) {
    return (int) (linear ^ linear >>> 14 ^ linear >>> 28) & SIZE - 1;
  }

  /** True if the node's code is known to be what a fetch would find now. */
  public boolean holds(Node node) {
    return node.generation == cpu.mmu.fetchGeneration() && node.code.valid;
  }

  /** The table's node for {@code rip}, or null; see {@link #holds}. */
  public Node peek(long rip, LiftMode mode) {
    long linear = linear(rip, mode);
    Node node = table[slot(linear)];
    return node != null
            && node.linear == linear
            && node.rip == rip
            && node.mode == mode
            && !node.single
        ? node
        : null;
  }

  /** The node for {@code rip}; throws GuestFault as the fetch does. */
  Node find(long rip, LiftMode mode, boolean single) {
    long linear = linear(rip, mode);
    int slot = single ? slot(linear) ^ SIZE / 2 : slot(linear);
    Node node = table[slot];
    boolean same =
        node != null
            && node.linear == linear
            && node.rip == rip
            && node.mode == mode
            && node.single == single;
    if (same && holds(node)) {
      return node;
    }
    long pa = cpu.mmu.fetch(linear);
    long generation = cpu.mmu.fetchGeneration();
    boolean known = same && node.code.valid && node.code.pa == pa;
    if (known && node.code.pa2 >= 0) {
      return node.code.pa2 == cpu.mmu.fetch(nextPage(linear, mode)) ? node : renew(node, slot);
    }
    if (!known) {
      Code code = blocks.get(pa, -1, rip, mode, single);
      if (code == null) {
        code = blocks.get(pa, cpu.mmu.fetch(nextPage(linear, mode)), rip, mode, true);
      }
      node = new Node(linear, rip, mode, single, code);
      table[slot] = node;
    }
    node.generation = node.code.pa2 < 0 ? generation : -1;
    return node;
  }

  /** The instruction crosses into another page than before. */
  private Node renew(Node node, int slot) {
    table[slot] = null;
    return find(node.rip, node.mode, node.single);
  }

  private static long nextPage(long linear, LiftMode mode) {
    long next = (linear | BlockCache.PAGE - 1) + 1;
    return mode.is64() ? next : next & 0xFFFF_FFFFL;
  }
}
