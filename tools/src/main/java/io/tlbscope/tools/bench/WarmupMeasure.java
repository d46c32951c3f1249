package io.tlbscope.tools.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Speed of a kernel over time, from a cold start: how long until a sample has run at half of the
 * final speed, which is the median of the last fifth.
 */
record WarmupMeasure(String kernel) implements Measure {
  private static final int CURVE_POINTS = 400;

  @Override
  public String name() {
    return "warmup-" + kernel;
  }

  @Override
  public Group group() {
    return Group.WARMUP;
  }

  @Override
  public String what() {
    return kernel + ": until it runs at half of its final speed";
  }

  @Override
  public Unit unit() {
    return Unit.SECONDS;
  }

  @Override
  public Reading take(Peer peer, Lab lab) throws IOException, InterruptedException, Skipped {
    SampleCollector collector = new SampleCollector(kernel);
    Excuse excuse = new Excuse();
    Window window = new Window(0, lab.effort().curveSeconds() * 1000L, 2);
    Ended ended =
        lab.run(
            peer,
            GuestRun.single("bench", "only=" + kernel + " reps=1000000 scale=1"),
            (line, nanos) -> {
              excuse.line(line);
              return !collector.line(line, nanos) || !window.isFull(collector.samples());
            });
    if (collector.samples().isEmpty()) {
      throw new Skipped(excuse.why(ended));
    }
    return reading(collector.samples());
  }

  /** The reading of a run's samples, oldest first. */
  static Reading reading(List<Sample> samples) {
    int count = samples.size();
    List<Double> late =
        samples.subList(count - Math.max(1, count / 5), count).stream()
            .map(Sample::nanosPerOp)
            .toList();
    double last = Statistics.median(late);
    long start = samples.getFirst().startNanos();
    double half = (samples.getLast().endNanos() - start) / 1e9;
    for (Sample sample : samples) {
      if (sample.nanosPerOp() <= 2 * last) {
        half = (sample.endNanos() - start) / 1e9;
        break;
      }
    }
    return new Reading(half, samples.getFirst().nanosPerOp(), 0, "", curve(samples, start, last));
  }

  /** At most some hundred points, each the mean of neighbours. */
  private static List<Reading.Point> curve(List<Sample> samples, long start, double last) {
    int width = (samples.size() + CURVE_POINTS - 1) / CURVE_POINTS;
    List<Reading.Point> curve = new ArrayList<>();
    for (int from = 0; from < samples.size(); from += width) {
      List<Sample> part = samples.subList(from, Math.min(from + width, samples.size()));
      double nanos = part.stream().mapToLong(Sample::nanos).sum();
      double ops = part.stream().mapToLong(Sample::ops).sum();
      curve.add(new Reading.Point((part.getLast().endNanos() - start) / 1e9, last / (nanos / ops)));
    }
    return curve;
  }
}
