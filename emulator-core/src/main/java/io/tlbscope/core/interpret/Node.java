package io.tlbscope.core.interpret;

import io.tlbscope.core.ir.LiftMode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A block at a linear address of one vCPU: where its code is, how long that is known to hold, and
 * who follows it.
 */
public final class Node extends OwnLines {
  /** Heat at which an {@link Accelerator} is told. */
  public static final int HOT = 400;

  /** The same for a block that is part of what another block will run. */
  private static final int COVERED = 8 * HOT;

  /**
   * Instructions that a fast path has to retire for each one of a covered block that is
   * interpreted, or the block deserves a fast path of its own.
   */
  private static final int SPARES = 2048;

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

  /** The fast path of another block that runs this one too, or null. */
  private FastPath coveredBy;

  /** What it had run, and the heat of this one, when they were compared last. */
  private long ranBefore;

  private int heatBefore;

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
    if (code.translation != null && !single) {
      // Another vCPU has found it hot, or this one before its table forgot it.
      hotAt = 1;
    }
  }

  /** Begins again from cold. */
  public void cool() {
    heat = 0;
    hotAt = HOT;
    coveredBy = null;
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

  /** Another block's fast path runs this one too. The vCPU's thread. */
  public void cover(FastPath by) {
    if (fast == null) {
      coveredBy = by;
      ranBefore = by.ran;
      heatBefore = heat;
      hotAt = heat + COVERED;
    }
  }

  /**
   * The block that has become hot needs no fast path of its own: the one that covers it does the
   * work, and this block is interpreted only on the way there. A second path through the same loop
   * would take turns with the first, and the worse of the two would be stayed in as often. The
   * vCPU's thread.
   */
  public boolean spared() {
    if (coveredBy == null) {
      return false;
    }
    long interpreted = (long) (heat - heatBefore) * code.count;
    if (coveredBy.ran - ranBefore < SPARES * interpreted) {
      coveredBy = null;
      return false;
    }
    cover(coveredBy);
    return true;
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
