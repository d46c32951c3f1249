package io.tlbscope.tools.bench;

import java.io.IOException;
import java.util.List;

/**
 * Peak resident memory of the peer's process while a guest runs.
 *
 * @param marker the name on the guest's marker lines
 */
record MemoryMeasure(String name, String what, String marker, GuestRun run) implements Measure {
  private static final long KIB_PER_MIB = 1024;

  /** The first touches all; the others give time to look. */
  private static final int SAMPLES = 5;

  /** A guest that touches next to nothing, and one that touches a known amount. */
  static List<Measure> all() {
    return List.of(
        new MemoryMeasure(
            "memory-small",
            "the kernel fib, which touches less than 1 MiB",
            "fib",
            GuestRun.single("bench", "only=fib reps=5 scale=100")),
        new MemoryMeasure(
            "memory-32m",
            "the kernel tlbmiss, which touches 32 MiB",
            "tlbmiss",
            GuestRun.single("bench", "only=tlbmiss reps=5 scale=20")));
  }

  @Override
  public Group group() {
    return Group.MEMORY;
  }

  @Override
  public Unit unit() {
    return Unit.MEBIBYTES;
  }

  @Override
  public Reading take(Peer peer, Lab lab) throws IOException, InterruptedException, Skipped {
    Excuse excuse = new Excuse();
    SampleCollector collector = new SampleCollector(marker);
    Ended ended =
        lab.run(
            peer,
            run,
            (line, nanos) -> {
              excuse.line(line);
              return !collector.line(line, nanos) || collector.samples().size() < SAMPLES;
            });
    if (collector.samples().isEmpty() || ended.peakRssKib() == 0) {
      throw new Skipped(
          collector.samples().isEmpty() ? excuse.why(ended) : "this host does not say");
    }
    return Reading.of((double) ended.peakRssKib() / KIB_PER_MIB);
  }
}
