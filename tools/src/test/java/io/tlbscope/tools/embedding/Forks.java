package io.tlbscope.tools.embedding;

import io.tlbscope.core.run.Machine;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.Snapshot;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs a kernel so far once, and from there on with many seeds; says how long each run was. */
final class Forks {
  private Forks() {}

  static SortedMap<Long, Long> instructions(Path kernel, long soFar, int seeds) throws Exception {
    SortedMap<Long, Long> lengths = new TreeMap<>();
    try (Machine machine =
        Machine.builder()
            .guest(kernel)
            .cpus(2)
            .plugin("apic")
            .plugin("pmap")
            .pauseAt(soFar)
            .build()) {
      if (machine.run(Progress.NONE).outcome() == Outcome.PAUSED) {
        Snapshot snapshot = machine.snapshot();
        for (long seed = 1; seed <= seeds; seed++) {
          machine.restore(snapshot);
          machine.reseed(seed);
          lengths.put(seed, machine.run(Progress.NONE).instructions());
        }
      }
    }
    return lengths;
  }
}
