package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.Preemption;
import io.tlbscope.core.run.RunResult;
import java.util.List;
import java.util.Optional;

/**
 * One run under one schedule.
 *
 * @param began instructions that the machine had retired where exploration began
 */
record Trial(RunResult result, Exploration exploration, long began) {
  List<Preemption> preemptions() {
    return exploration.preemptions();
  }

  /** Instructions that were retired under the schedule. */
  long instructions() {
    return result.instructions() - began;
  }

  /** What is wrong with the guest, if the run shows something. */
  Optional<Symptom> symptom() {
    return Symptom.of(result, instructions());
  }
}
