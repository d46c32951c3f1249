package io.tlbscope.tools.bench;

import java.util.Collection;

/** The few statistics that the tables need. */
final class Statistics {
  private Statistics() {}

  /** The middle one, or the mean of the two in the middle. */
  static double median(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The geometric mean.
   *
   * @param values above 0
   */
  static double geometricMean(Collection<Double> values) {
    if (values.isEmpty() || values.stream().anyMatch(value -> !(value > 0))) {
      throw new IllegalArgumentException("a geometric mean needs values above 0: " + values);
    }
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
  }
}
