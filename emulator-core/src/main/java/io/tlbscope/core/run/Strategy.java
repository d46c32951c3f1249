package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Processor;

/** How an exploration chooses; {@link Explored} has it work on a machine. */
interface Strategy {
  /**
   * Before the first choice.
   *
   * @param origin counts places from here on
   */
  default void start(Processor[] cpus, Origin origin) {}

  /**
   * The next vCPU, one of the first {@code count} of {@code awake}.
   *
   * @param plain what the plain order would take
   * @param last the vCPU that ran last
   */
  Processor next(Processor[] awake, int count, Processor plain, Processor last);

  /** Instructions, at least 1, after which to ask again, which may be sooner for other reasons. */
  long length();

  /** As {@link Schedule#interaction}. */
  default boolean interaction() {
    return false;
  }

  /** The slice was cut because {@link #interaction} said so. */
  default void cut(Processor cpu) {}

  /** As {@link Schedule#posted}. */
  default void posted(Processor cpu) {}

  /** As {@link Schedule#woken}. */
  default void woken(Processor cpu) {}

  /** As {@link Schedule#timer}. */
  default void timer(Processor cpu) {}

  /** As {@link Schedule#asleep}. */
  default void asleep(Processor cpu) {}

  /**
   * After a slice; it may have been shorter than what {@link #length} gave.
   *
   * @param done instructions that it retired
   */
  default void ended(Processor cpu, long done, boolean paused) {}
}
