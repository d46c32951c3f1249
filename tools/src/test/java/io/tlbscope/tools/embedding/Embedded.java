package io.tlbscope.tools.embedding;

import io.tlbscope.core.run.Machine;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.trace.TraceKind;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** Runs a kernel on four CPUs and counts what happens. */
final class Embedded {
  private Embedded() {}

  static Map<TraceKind, Integer> count(Path kernel, long seed) throws Exception {
    Map<TraceKind, Integer> events = new EnumMap<>(TraceKind.class);
    try (Machine machine =
        Machine.builder()
            .guest(kernel)
            .cpus(4)
            .seed(seed)
            .plugin("apic")
            .plugin("pmap")
            .trace(event -> events.merge(event.kind(), 1, Integer::sum))
            .maxInstructions(100_000_000)
            .build()) {
      RunResult result = machine.run(Progress.NONE);
      if (!result.violations().isEmpty()) {
        throw new IllegalStateException(result.violations().toString());
      }
    }
    return events;
  }
}
