package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Processor;

/**
 * The order with no preemption, from which explored ones are told apart: a vCPU runs until it
 * sleeps or waits, then the next one that is awake, by index. It waits when it goes round a short
 * loop with a PAUSE {@link #ROUNDS} times; a delay of a few rounds does not count. Who spins
 * without PAUSE gives way after {@link #FAIR} instructions. Where slices end does not matter, and
 * so a few preemptions name a whole schedule.
 */
final class PlainOrder {
  /** Instructions that a vCPU may run in one go while others are awake. */
  static final long FAIR = 10_000;

  /** PAUSEs in a row, few instructions apart, that are taken for a wait. */
  private static final int ROUNDS = 32;

  private static final int LONGEST_ROUND = 64;

  /** More than there are vCPUs. */
  private static final int BEHIND_ALL = 1 << 16;

  private Processor current;
  private boolean gaveWay;
  private long since;

  /** PAUSEs in a row of the current vCPU, and instructions since the last. */
  private int rounds;

  private long sincePause;

  PlainOrder(Processor last) {
    current = last;
  }

  /** The vCPU that ran last. */
  Processor current() {
    return current;
  }

  /** The vCPU to go on, one of the first {@code count} of {@code awake}. */
  Processor choice(Processor[] awake, int count) {
    Processor best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      int distance = awake[i].index() - current.index();
      if (distance == 0 && !gaveWay) {
        return current;
      }
      // Those below come after those above, and who gave way comes last.
      distance = distance > 0 ? distance : distance + BEHIND_ALL;
      if (distance < bestDistance) {
        best = awake[i];
        bestDistance = distance;
      }
    }
    return best;
  }

  /** What was decided. */
  void chosen(Processor cpu) {
    if (cpu != current || gaveWay) {
      since = 0;
      rounds = 0;
      gaveWay = false;
    }
    current = cpu;
  }

  /** Instructions after which the current vCPU gives way. */
  long left() {
    return FAIR - since;
  }

  /** After a slice, whoever decided on it. */
  void ended(Processor cpu, long done, boolean paused) {
    if (cpu != current) {
      chosen(cpu);
    }
    since += done;
    sincePause += done;
    if (paused) {
      rounds = sincePause <= LONGEST_ROUND ? rounds + 1 : 1;
      sincePause = 0;
    }
    if (since >= FAIR || rounds >= ROUNDS) {
      gaveWay = true;
    }
  }

  void asleep(Processor cpu) {
    if (cpu == current) {
      gaveWay = true;
    }
  }
}
