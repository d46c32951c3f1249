package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.Preemption;
import io.tlbscope.core.run.Profile;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How schedules are chosen. */
public enum StrategyKind {
  /** Random slices. */
  RANDOM,
  /** Random priorities that change at a few places. */
  PCT,
  /** No preemption, then each single one, then each two. */
  BOUNDED;

  /** As on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Schedules by number; the same number is the same schedule. */
  @FunctionalInterface
  interface Numbered {
    /** Empty behind the last one. */
    Optional<Exploration> schedule(long number);
  }

  /**
   * The strategy's schedules.
   *
   * @param depth for pct: one more than the changes of priority; for bounded: most preemptions
   */
  Numbered schedules(int cpus, int depth, Profile profile) {
    return switch (this) {
      case RANDOM -> seed -> Optional.of(Exploration.random(seed));
      case PCT -> seed -> Optional.of(Exploration.pct(seed, depth, profile));
      case BOUNDED -> {
        BoundedSearch search = new BoundedSearch(profile.byNovelty(), cpus, depth);
        yield number -> {
          List<Preemption> preemptions = search.schedule(number);
          return Optional.ofNullable(preemptions == null ? null : Exploration.fixed(preemptions));
        };
      }
    };
  }
}
