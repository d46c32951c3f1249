package io.tlbscope.core.interpret;

import io.tlbscope.core.ir.LiftMode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A block at a linear address of one vCPU: where its code is, how long that is known to hold, and
 * who follows it.
 */
public final class Node {
  /** Heat at which an {@link Accelerator} is told. */
  public static final int HOT = 400;

  /** The same for a block that is part of what another block will run. */
  private static final int COVERED = 8 * HOT;

  private static final int SEEN = 16;

  public final long linear;
  public final long rip;
  public final LiftMode mode;
  final boolean single;
  public final Code code;

  /**
   * Fetch generation in which {@link #code} was last found at {@link #linear}; -1 never, for code
   * that crosses pages.
   */
  long generation = -1;

  /** Successors at the exit's target and other; rechecked by their generation. */
  Node target, other;

  /** Times it was interpreted since it was last cold. */
  public int heat;

  /** Heat at which the {@link Accelerator} is told. */
  int hotAt = HOT;

  /** What runs instead of the steps, or null. Set by any thread, used by the vCPU's. */
  public FastPath fast;

  /** Targets that the block's indirect exit took last, a ring. */
  private long[] seen;

  private int seenCount;

  Node(long linear, long rip, LiftMode mode, boolean single, Code code) {
    this.linear = linear;
    this.rip = rip;
    this.mode = mode;
    this.single = single;
    this.code = code;
  }

  /** Begins again from cold. */
  public void cool() {
    heat = 0;
    hotAt = HOT;
  }

  /**
   * Another block's fast path will run this one too, and control mostly gets there soon: a loop of
   * ten blocks is not to be translated ten times. The vCPU's thread.
   */
  public void cover() {
    if (heat < HOT) {
      hotAt = COVERED;
    }
  }

  /** The block's indirect exit went to offset {@code target}. */
  public void took(long target) {
    if (seen == null) {
      seen = new long[SEEN];
    }
    seen[seenCount++ & SEEN - 1] = target;
  }

  /** Offsets that the block's indirect exit took lately, most frequent first. */
  public long[] targets() {
    if (seen == null) {
      return new long[0];
    }
    Map<Long, Integer> counts = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(seenCount, SEEN); i++) {
      counts.merge(seen[i], 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .sorted(Map.Entry.<Long, Integer>comparingByValue().reversed())
        .mapToLong(Map.Entry::getKey)
        .toArray();
  }
}
