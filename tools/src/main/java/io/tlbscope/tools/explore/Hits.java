package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Preemption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Schedules that showed something, each kind at each place once, by its lowest seed: so that they
 * do not depend on the number of threads. Any thread.
 */
final class Hits {
  /**
   * One of them.
   *
   * @param overflowed the schedule is too long to be kept as a whole
   * @param schedules that showed the same
   */
  record Hit(
      Symptom symptom,
      long seed,
      List<Preemption> preemptions,
      boolean overflowed,
      int schedules) {}

  private final Map<String, Hit> hits = new TreeMap<>();

  synchronized void add(Symptom symptom, long seed, Trial trial) {
    String key = symptom.kind() + " " + symptom.place();
    Hit before = hits.get(key);
    int schedules = before == null ? 1 : before.schedules + 1;
    hits.put(
        key,
        before != null && before.seed < seed
            ? new Hit(before.symptom, before.seed, before.preemptions, before.overflowed, schedules)
            : new Hit(
                symptom, seed, trial.preemptions(), trial.exploration().overflowed(), schedules));
  }

  synchronized int count() {
    return hits.size();
  }

  /** By seed. */
  synchronized List<Hit> all() {
    return hits.values().stream().sorted(Comparator.comparingLong(Hit::seed)).toList();
  }
}
