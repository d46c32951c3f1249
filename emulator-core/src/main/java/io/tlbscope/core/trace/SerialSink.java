package io.tlbscope.core.trace;

/**
 * Lets one event through at a time, for runs whose vCPUs have threads of their own. Each vCPU's
 * events keep their order.
 */
public final class SerialSink implements TraceSink {
  private final TraceSink next;

  public SerialSink(TraceSink next) {
    this.next = next;
  }

  @Override
  public synchronized void accept(TraceEvent event) {
    next.accept(event);
  }

  @Override
  public synchronized void close() {
    next.close();
  }
}
