package io.tlbscope.core.trace;

import java.util.ArrayList;
import java.util.List;

/** Keeps the last events of a run, for reports of how a guest died. */
public final class RingSink implements TraceSink {
  private final TraceEvent[] ring;
  private long taken;

  /**
   * @param capacity events kept, at least 1
   */
  public RingSink(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a ring of " + capacity + " events keeps nothing");
    }
    ring = new TraceEvent[capacity];
  }

  @Override
  public void accept(TraceEvent event) {
    ring[(int) (taken++ % ring.length)] = event;
  }

  /** The kept events, oldest first. */
  public List<TraceEvent> events() {
    int kept = (int) Math.min(taken, ring.length);
    List<TraceEvent> events = new ArrayList<>(kept);
    for (long n = taken - kept; n < taken; n++) {
      events.add(ring[(int) (n % ring.length)]);
    }
    return events;
  }

  /** Events taken since the start, kept or not. */
  public long taken() {
    return taken;
  }
}
