package io.tlbscope.core.trace;

import java.util.ArrayList;
import java.util.List;

/** Hands every event to several sinks, in their order. */
public final class TeeSink implements TraceSink {
  private final TraceSink[] sinks;

  private TeeSink(List<TraceSink> sinks) {
    this.sinks = sinks.toArray(TraceSink[]::new);
  }

  /** One sink for all of them; sinks that drop everything are left out. */
  public static TraceSink of(List<TraceSink> sinks) {
    List<TraceSink> live = sinks.stream().filter(sink -> sink != NONE).toList();
    return switch (live.size()) {
      case 0 -> NONE;
      case 1 -> live.getFirst();
      default -> new TeeSink(live);
    };
  }

  @Override
  public void accept(TraceEvent event) {
    for (TraceSink sink : sinks) {
      sink.accept(event);
    }
  }

  /**
   * Closes all sinks, also when one of them fails; the first failure is thrown with the others
   * attached.
   */
  @Override
  public void close() {
    List<RuntimeException> failures = new ArrayList<>();
    for (TraceSink sink : sinks) {
      try {
        sink.close();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
  }
}
