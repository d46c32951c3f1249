package io.tlbscope.tools.bench;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The time that a guest spends between its marker lines.
 *
 * @param marker the name on the lines
 * @param run whose command line may hold {@link #scale}
 */
record MarkedMeasure(String name, Group group, String what, Unit unit, String marker, GuestRun run)
    implements Measure {
  private static final Pattern SCALE = Pattern.compile("\\{scale\\*(\\d+)}");

  /** Below this the time that a line takes from the guest to here would count. */
  private static final long LEAST_NANOS = 20_000_000;

  private static final long WANTED_NANOS = 60_000_000;
  private static final int LARGEST_SCALE = 10_000_000;

  /** In a command line: {@code each} for each thousandth of the size of a sample. */
  static String scale(int each) {
    return "{scale*" + each + "}";
  }

  /** Samples that are too short are made longer, in a second process and in those of later runs. */
  @Override
  public Reading take(Peer peer, Lab lab) throws IOException, InterruptedException, Skipped {
    String cell = name + " " + peer.name();
    int scale = lab.scale(cell, peer.scale(lab.effort().scale()));
    List<Sample> samples = attempt(peer, lab, scale);
    double nanos = Statistics.median(samples.stream().map(each -> (double) each.nanos()).toList());
    if (nanos >= LEAST_NANOS || !SCALE.matcher(run.append()).find() || scale == LARGEST_SCALE) {
      return reading(peer.window(lab.effort().window()), samples, samples.getFirst());
    }
    scale = (int) Math.min(LARGEST_SCALE, Math.ceil(scale * WANTED_NANOS / nanos));
    lab.rescale(cell, scale);
    return reading(
        peer.window(lab.effort().window()), attempt(peer, lab, scale), samples.getFirst());
  }

  /** At least one sample, each of the size {@code scale}. */
  private List<Sample> attempt(Peer peer, Lab lab, int scale)
      throws IOException, InterruptedException, Skipped {
    SampleCollector collector = new SampleCollector(marker);
    Window window = peer.window(lab.effort().window());
    Excuse excuse = new Excuse();
    Ended ended =
        lab.run(
            peer,
            scaled(scale),
            (line, nanos) -> {
              excuse.line(line);
              return !collector.line(line, nanos) || !window.isFull(collector.samples());
            });
    if (collector.samples().isEmpty()) {
      throw new Skipped(excuse.why(ended));
    }
    return collector.samples();
  }

  private GuestRun scaled(int scale) {
    String append =
        SCALE
            .matcher(run.append())
            .replaceAll(size -> Long.toString(Long.parseLong(size.group(1)) * scale));
    return new GuestRun(
        run.guest(), run.cpus(), run.memoryMib(), append, run.plugins(), run.parallel());
  }

  /**
   * Where a guest ended before its window began, its last sample counts.
   *
   * @param usual a sample of the usual size, whose checksum other peers can have too
   */
  private Reading reading(Window window, List<Sample> samples, Sample usual) {
    List<Sample> counted = window.counted(samples);
    List<Sample> used = counted.isEmpty() ? List.of(samples.getLast()) : counted;
    double value = Statistics.median(used.stream().map(this::figure).toList());
    return new Reading(value, figure(samples.getFirst()), usual.ops(), usual.sum(), List.of());
  }

  private double figure(Sample sample) {
    return unit.moreIsBetter() ? 1e9 / sample.nanosPerOp() : sample.nanosPerOp();
  }
}
