package io.tlbscope.tools.bench;

import java.io.IOException;
import java.util.List;

/**
 * Peak resident memory of the peer's process while a guest runs.
 *
 * @param marker where the guest has touched what it touches: the end of this name's first sample
 */
record MemoryMeasure(String name, String what, String marker, GuestRun run) implements Measure {
  private static final long KIB_PER_MIB = 1024;

  /** A guest that touches next to nothing, and one that touches a known amount. */
  static List<Measure> all() {
    return List.of(
        new MemoryMeasure(
            "memory-small",
            "the kernel fib, which touches less than 1 MiB",
            "fib",
            GuestRun.single("bench", "only=fib reps=20 scale=100")),
        new MemoryMeasure(
            "memory-32m",
            "the kernel tlbmiss, which touches 32 MiB",
            "tlbmiss",
            GuestRun.single("bench", "only=tlbmiss reps=3 scale=100")));
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
              collector.line(line, nanos);
              return true;
            });
    if (collector.samples().isEmpty() || ended.peakRssKib() == 0) {
      throw new Skipped(
          collector.samples().isEmpty() ? excuse.why(ended) : "this host does not say");
    }
    return Reading.of((double) ended.peakRssKib() / KIB_PER_MIB);
  }
}
