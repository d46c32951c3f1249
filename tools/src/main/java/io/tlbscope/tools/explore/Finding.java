package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Preemption;
import java.util.List;

/**
 * A schedule that shows a fault of the guest.
 *
 * @param strategy by whose schedule it was found; null if the plain order shows it
 * @param seed number of that schedule
 * @param schedules how many of those that were run show the same at the same place
 * @param found preemptions of that schedule
 * @param preemptions what minimising left of them
 * @param minimisingRuns runs that minimising took
 * @param replays false where the schedule is too long to be kept: its seed alone makes it again
 * @param instructions retired since exploration began, under the minimised schedule
 * @param ticks virtual time at its end
 */
public record Finding(
    Symptom symptom,
    StrategyKind strategy,
    long seed,
    int schedules,
    int found,
    List<Preemption> preemptions,
    int minimisingRuns,
    boolean replays,
    long instructions,
    long ticks) {

  /** The strategy's name, {@code plain} if there was none. */
  public String strategyName() {
    return strategy == null ? "plain" : strategy.text();
  }
}
