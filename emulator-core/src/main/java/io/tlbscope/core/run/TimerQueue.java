package io.tlbscope.core.run;

import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Actions to run at a point of virtual time, in order of deadline and then of scheduling. Any
 * thread; actions run on that which calls {@link #fire}, the queue's monitor not held.
 */
final class TimerQueue implements Stateful {
  private record Timer(long deadline, long handle, Runnable action) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      int byDeadline = Long.compare(deadline, other.deadline);
      return byDeadline != 0 ? byDeadline : Long.compare(handle, other.handle);
    }
  }

  private final PriorityQueue<Timer> queue = new PriorityQueue<>();
  private final Map<Long, Timer> live = new HashMap<>();
  private long lastHandle;

  /** Returns a handle greater than 0. */
  synchronized long schedule(long deadline, Runnable action) {
    Timer timer = new Timer(deadline, ++lastHandle, action);
    queue.add(timer);
    live.put(timer.handle(), timer);
    return timer.handle();
  }

  /** Forgets a timer; a handle that has fired or was never given is ignored. */
  synchronized void cancel(long handle) {
    Timer timer = live.remove(handle);
    if (timer != null) {
      queue.remove(timer);
    }
  }

  /** Virtual time of the next action, or Long.MAX_VALUE. */
  synchronized long nextDeadline() {
    Timer first = queue.peek();
    return first == null ? Long.MAX_VALUE : first.deadline();
  }

  /**
   * Runs every action whose deadline is not after {@code now}, those that they schedule included.
   */
  void fire(long now) {
    Timer timer;
    while ((timer = due(now)) != null) {
      timer.action().run();
    }
  }

  private synchronized Timer due(long now) {
    if (nextDeadline() > now) {
      return null;
    }
    Timer timer = queue.remove();
    live.remove(timer.handle());
    return timer;
  }

  /** The timers themselves are their owners' state. */
  @Override
  public synchronized void save(StateWriter to) {
    to.putLong(lastHandle);
  }

  /** Forgets all timers; their owners {@link #restore} theirs. */
  @Override
  public synchronized void load(StateReader from) {
    lastHandle = from.getLong();
    queue.clear();
    live.clear();
  }

  /** Schedules under a handle that was given before the state was saved. */
  synchronized void restore(long deadline, long handle, Runnable action) {
    Timer timer = new Timer(deadline, handle, action);
    if (handle <= 0 || handle > lastHandle || live.putIfAbsent(handle, timer) != null) {
      throw new StateException("timer " + handle + " was not given, or is restored twice");
    }
    queue.add(timer);
  }
}
