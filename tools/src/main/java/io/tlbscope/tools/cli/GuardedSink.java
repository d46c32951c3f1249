package io.tlbscope.tools.cli;

import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceSink;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * Keeps a full disk from looking like a plugin's failure: the first error of the file is told once,
 * later events are dropped.
 */
final class GuardedSink implements TraceSink {
  private final TraceSink file;
  private Consumer<UncheckedIOException> failed = e -> {};
  private UncheckedIOException failure;

  GuardedSink(TraceSink file) {
    this.file = file;
  }

  void onFailure(Consumer<UncheckedIOException> action) {
    failed = action;
  }

  UncheckedIOException failure() {
    return failure;
  }

  @Override
  public void accept(TraceEvent event) {
    if (failure != null) {
      return;
    }
    try {
      file.accept(event);
    } catch (UncheckedIOException e) {
      failure = e;
      failed.accept(e);
    }
  }
}
