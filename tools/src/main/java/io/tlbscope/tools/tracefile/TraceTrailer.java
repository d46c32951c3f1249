package io.tlbscope.tools.tracefile;

import io.tlbscope.core.plugin.Violation;
import java.util.List;
import java.util.Map;

/**
 * What is known when the run is over.
 *
 * @param violations in order of occurrence; an event's violation index counts in this list
 * @param symbols {@code name+0x12} of every RIP in the trace that has one
 * @param summary the run's JSON summary, without what depends on the host; empty when the run was
 *     cut off
 */
public record TraceTrailer(
    List<Violation> violations, Map<Long, String> symbols, Map<String, Object> summary) {
  /** Of a trace without an end. */
  public static final TraceTrailer EMPTY = new TraceTrailer(List.of(), Map.of(), Map.of());
}
