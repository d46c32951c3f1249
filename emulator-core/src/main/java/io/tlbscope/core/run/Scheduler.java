package io.tlbscope.core.run;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.core.vcpu.Processor;

/**
 * Who runs when: the seam between deterministic and parallel mode. The machine knows only this
 * interface; devices and plugins know neither.
 */
interface Scheduler extends Stateful {
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

  /** See {@link io.tlbscope.core.hook.MachineControl#restore}. */
  default void restore(long deadline, long handle, Runnable action) {
    throw noPause();
  }

  /** Asks {@link #run} to return {@link Ending#PAUSED} behind the running instruction. */
  default void pause() {
    throw noPause();
  }

  /** Asks for the same where all vCPUs together will have retired so many instructions. */
  default void pauseAt(long count) {
    throw noPause();
  }

  /** Draws what comes from another seed, beginning with a new slice. */
  default void reseed(long seed) {
    throw noPause();
  }

  @Override
  default void save(StateWriter to) {
    throw noPause();
  }

  @Override
  default void load(StateReader from) {
    throw noPause();
  }

  private UnsupportedOperationException noPause() {
    return new UnsupportedOperationException(
        "--schedule " + name() + " neither pauses nor has snapshots; leave --schedule out");
  }

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
    PAUSED,
    SHUTDOWN
  }
}
