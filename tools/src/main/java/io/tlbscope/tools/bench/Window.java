package io.tlbscope.tools.bench;

import java.util.List;

/**
 * Which part of a run counts: samples that start after the warm-up, until they fill the window. The
 * run is ended then.
 *
 * @param warmUpMillis from the first sample's start
 * @param millis of counted samples, at least
 * @param least counted samples, at least
 */
record Window(long warmUpMillis, long millis, int least) {
  private static final long MILLION = 1_000_000;

  List<Sample> counted(List<Sample> samples) {
    if (samples.isEmpty()) {
      return List.of();
    }
    long from = samples.getFirst().startNanos() + warmUpMillis * MILLION;
    return samples.stream().filter(sample -> sample.startNanos() >= from).toList();
  }

  boolean isFull(List<Sample> samples) {
    List<Sample> counted = counted(samples);
    return counted.size() >= least
        && counted.stream().mapToLong(Sample::nanos).sum() >= millis * MILLION;
  }

  /** The same window with another warm-up. */
  Window warmUp(long newMillis) {
    return new Window(newMillis, millis, least);
  }
}
