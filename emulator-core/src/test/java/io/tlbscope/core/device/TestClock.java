package io.tlbscope.core.device;

import java.util.ArrayList;
import java.util.List;

/** A clock that tests set; due actions run in order of deadline. */
final class TestClock implements DeviceClock {
  private record Event(long handle, long deadline, Runnable action) {}

  private final List<Event> events = new ArrayList<>();
  private long now;
  private long handles;

  @Override
  public long now() {
    return now;
  }

  @Override
  public long schedule(long deadline, Runnable action) {
    events.add(new Event(++handles, deadline, action));
    return handles;
  }

  @Override
  public void cancel(long handle) {
    events.removeIf(e -> e.handle() == handle);
  }

  void advanceTo(long tick) {
    while (true) {
      Event next = null;
      for (Event e : events) {
        if (e.deadline() <= tick && (next == null || e.deadline() < next.deadline())) {
          next = e;
        }
      }
      if (next == null) {
        now = Math.max(now, tick);
        return;
      }
      events.remove(next);
      now = Math.max(now, next.deadline());
      next.action().run();
    }
  }

  int scheduled() {
    return events.size();
  }
}
