package io.tlbscope.tools.cli;

import io.tlbscope.tools.machine.GuestMachine;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends a run from outside: time-out, Ctrl-C, an output that fails. The first cause wins. Between
 * construction and {@link #close} the process's shutdown waits until the run's outputs are written.
 */
final class Stopper implements AutoCloseable {
  /** How long Ctrl-C waits for the outputs: a report of a long run takes a few seconds. */
  private static final long PATIENCE_SECONDS = 60;

  enum Cause {
    NONE,
    TIMEOUT,
    INTERRUPT,
    OUTPUT
  }

  private final GuestMachine machine;
  private final AtomicReference<Cause> cause = new AtomicReference<>(Cause.NONE);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupted, "tlbscope-interrupt");
  private final Thread timer;

  /**
   * @param timeout seconds of host time, null for none
   */
  Stopper(GuestMachine machine, Double timeout) {
    this.machine = machine;
    Runtime.getRuntime().addShutdownHook(hook);
    if (timeout == null) {
      timer = null;
    } else {
      timer = Thread.ofPlatform().daemon().name("tlbscope-timeout").start(() -> expire(timeout));
    }
  }

  void stop(Cause why, String reason) {
    cause.compareAndSet(Cause.NONE, why);
    machine.stop(reason);
  }

  Cause cause() {
    return cause.get();
  }

  private void expire(double seconds) {
    try {
      if (!finished.await((long) Math.min(seconds * 1e9, 9e18), TimeUnit.NANOSECONDS)) {
        stop(Cause.TIMEOUT, "the time-out of " + text(seconds) + " s was reached");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String text(double seconds) {
    return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
  }

  private void interrupted() {
    if (finished.getCount() == 0) {
      return;
    }
    stop(Cause.INTERRUPT, "interrupted");
    try {
      finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All is written. */
  @Override
  public void close() {
    finished.countDown();
    if (cause.get() != Cause.INTERRUPT) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process ends already; the hook finds nothing to wait for.
      }
    }
  }
}
