package io.tlbscope.tools.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What a peer gave for a measure, all runs together.
 *
 * @param skipped why there is no figure; empty when there is one
 * @param median of the runs, in the measure's unit; 0 when skipped
 * @param min of the runs
 * @param max of the runs
 * @param first median of the runs' first, cold samples; 0 where there are none
 * @param runs each run's figure
 * @param ops operations in the first run's first sample
 * @param sum its checksum
 * @param curve of the last run, for the warm-up
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Figures(
    String skipped,
    double median,
    double min,
    double max,
    double first,
    List<Double> runs,
    long ops,
    String sum,
    List<Reading.Point> curve) {
  /** What a file leaves out is empty. */
  public Figures {
    skipped = skipped == null ? "" : skipped;
    runs = runs == null ? List.of() : List.copyOf(runs);
    sum = sum == null ? "" : sum;
    curve = curve == null ? List.of() : List.copyOf(curve);
  }

  static Figures skipped(String reason) {
    return new Figures(reason, 0, 0, 0, 0, List.of(), 0, "", List.of());
  }

  static Figures of(List<Reading> readings) {
    List<Double> values = readings.stream().map(Reading::value).toList();
    List<Double> firsts =
        readings.stream().map(Reading::first).filter(each -> !each.isNaN()).toList();
    Reading last = readings.getLast();
    return new Figures(
        "",
        Statistics.median(values),
        values.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
        values.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
        firsts.isEmpty() ? 0 : Statistics.median(firsts),
        values,
        readings.getFirst().ops(),
        readings.getFirst().sum(),
        last.curve());
  }

  /** Whether there is a figure. */
  boolean isThere() {
    return skipped.isEmpty();
  }
}
