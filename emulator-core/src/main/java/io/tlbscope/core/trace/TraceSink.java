package io.tlbscope.core.trace;

/** Takes a run's events in order of occurrence. Deterministic mode: one thread. */
public interface TraceSink extends AutoCloseable {
  /** Drops everything. */
  TraceSink NONE = event -> {};

  void accept(TraceEvent event);

  /** Writes out what is buffered; the sink takes no more. */
  @Override
  default void close() {}
}
