package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Processor;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One order of the vCPUs to try, and what came of it. Each serves one run: give it to {@link
 * Machine#explore}.
 */
public final class Exploration {
  private final Explored schedule;
  private final Profile profile;
  private Processor[] watched = {};

  private Exploration(Strategy strategy, Profile profile) {
    this.schedule = new Explored(strategy);
    this.profile = profile;
  }

  /** The plain order, see {@link PlainOrder}, with a profile made of it: several times as slow. */
  public static Exploration profiling() {
    return new Exploration(new FixedStrategy(List.of(), false), new Profile());
  }

  /** Random slices. */
  public static Exploration random(long seed) {
    return new Exploration(new RandomStrategy(seed), null);
  }

  /**
   * Random priorities that change at a few random places, see {@link PctStrategy}.
   *
   * @param depth one more than the changes, at least 1
   */
  public static Exploration pct(long seed, int depth, Profile profile) {
    return new Exploration(new PctStrategy(seed, depth, profile), null);
  }

  /** The plain order with these preemptions. */
  public static Exploration fixed(List<Preemption> preemptions) {
    return new Exploration(new FixedStrategy(preemptions, false), null);
  }

  /**
   * The plain order with preemptions at places of {@link #byProgress}. Where some were taken out of
   * the list, the others are still about where they were.
   */
  public static Exploration byProgress(List<Preemption> preemptions) {
    return new Exploration(new FixedStrategy(preemptions, true), null);
  }

  /** After the run: where it departed from the plain order. {@link #fixed} makes it again. */
  public List<Preemption> preemptions() {
    return List.copyOf(schedule.preemptions());
  }

  /**
   * After the run: {@link #preemptions} by the progress that their vCPUs had made, in which waiting
   * for others counts nothing.
   */
  public List<Preemption> byProgress() {
    return List.copyOf(schedule.byProgress());
  }

  /** After the run: it departed so often that {@link #preemptions} has the beginning alone. */
  public boolean overflowed() {
    return schedule.overflowed();
  }

  /** After the run: right behind each interaction of a vCPU with others. */
  public List<Place> places() {
    return List.copyOf(schedule.places());
  }

  /** After a run of {@link #profiling}. */
  public Profile profile() {
    for (Processor cpu : watched) {
      cpu.debugger = null;
    }
    profile.finish(schedule.places().size());
    return profile;
  }

  Schedule schedule() {
    return schedule;
  }

  /**
   * Has the vCPUs' instructions noted if a profile is to be made.
   *
   * @param alone nobody else is awake, so that there is nothing to preempt
   */
  void watch(Processor[] cpus, BooleanSupplier alone) {
    if (profile == null) {
      return;
    }
    Origin origin = new Origin(cpus);
    for (Processor cpu : cpus) {
      cpu.debugger =
          at -> {
            if (!alone.getAsBoolean()) {
              profile.add(at, origin.at(at));
            }
          };
    }
    watched = cpus;
  }
}
