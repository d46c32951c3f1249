package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Processor;

/**
 * Who runs when: the seam between deterministic and parallel mode. The machine knows only this
 * interface; devices and plugins know neither.
 */
interface Scheduler {
  /** Name for the summary: {@code deterministic}. */
  String name();

  /** Runs the vCPUs until {@link #stop} is asked for or nothing can run any more. */
  Ending run(Progress progress);

  /** Asks {@link #run} to return at the end of the running instruction or block. Any thread. */
  void stop();

  /**
   * A vCPU has an event pending. Any thread in parallel mode; the running thread or a paused
   * machine in deterministic mode.
   */
  void attention(Processor cpu);

  /** Virtual time in ticks. */
  long now();

  long schedule(long deadline, Runnable action);

  void cancel(long handle);

  /** The vCPU that runs or ran last; the first before any did. For reports. */
  Processor last();

  /** True while no vCPU can run before the next timer. */
  boolean idle();

  /** Instructions retired by all vCPUs. */
  long instructions();

  /** Why {@link #run} came back. */
  enum Ending {
    STOPPED,
    ALL_ASLEEP,
    LIMIT,
    SHUTDOWN
  }
}
