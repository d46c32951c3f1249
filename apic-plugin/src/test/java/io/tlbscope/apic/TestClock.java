package io.tlbscope.apic;

import java.util.ArrayList;
import java.util.List;

/** A clock that tests set; due actions run in order of deadline. */
final class TestClock implements ApicClock {
  private record Event(long handle, long deadline, Runnable action) {
    boolean before(Event other) {
      return deadline != other.deadline ? deadline < other.deadline : handle < other.handle;
    }
  }

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

  /** Lets time pass up to and including the tick. */
  void advanceTo(long tick) {
    while (true) {
      Event next = null;
      for (Event e : events) {
        if (e.deadline() <= tick && (next == null || e.before(next))) {
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

  @Override
  public void restore(long deadline, long handle, Runnable action) {
    handles = Math.max(handles, handle);
    events.add(new Event(handle, deadline, action));
  }

  /** A clock at the same time on which nothing is scheduled. */
  TestClock again() {
    TestClock clock = new TestClock();
    clock.now = now;
    return clock;
  }

  int scheduled() {
    return events.size();
  }
}
