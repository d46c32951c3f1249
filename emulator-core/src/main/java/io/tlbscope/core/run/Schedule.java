package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Processor;

/**
 * Whose turn it is, and for how long, while several vCPUs are awake. {@link DeterministicScheduler}
 * asks between slices and tells what happened; an answer may depend on that alone, so that the same
 * guest and the same choices give the same run.
 */
interface Schedule {
  /**
   * The schedule takes over a machine between two slices.
   *
   * @param last the vCPU that ran last
   */
  default void start(Processor[] cpus, Processor last) {}

  /** The next vCPU, one of the first {@code count} of {@code awake}. */
  Processor next(Processor[] awake, int count);

  /** How long the slice of the vCPU that {@link #next} gave may be, at least 1. */
  long length();

  /** How long the slice of the only vCPU that is awake may be, while others sleep in MWAIT. */
  default long lengthAlone() {
    return length();
  }

  /**
   * Sleepers in MWAIT are looked at when the time is a multiple of this; 0 for after each slice.
   * Where slices end must not decide when such a vCPU wakes, if the same order is to be had from
   * other slices.
   */
  default int looksEvery() {
    return 0;
  }

  /** The running vCPU does what others race with. True if its slice should end. */
  boolean interaction();

  /** An interaction has cut the vCPU's slice. */
  void cut(Processor cpu);

  /** Another vCPU has posted an event to this one. */
  void posted(Processor cpu);

  /** A store has woken the vCPU from MWAIT. */
  void woken(Processor cpu);

  /** A timer has woken the vCPU, or posted an event to it while it was awake. */
  void timer(Processor cpu);

  /** The vCPU sleeps. */
  void asleep(Processor cpu);

  /**
   * After a slice.
   *
   * @param paused the vCPU gave up the rest of it by a PAUSE
   */
  void ended(Processor cpu, boolean paused);
}
