package io.tlbscope.core.run;

/** Parallel mode's time: the host's monotonic clock from the start of the run, 1 tick = 1 ns. */
final class HostClock {
  /** Of {@link System#nanoTime}; 0 until the run starts. */
  private volatile long start;

  private volatile boolean started;

  /** Time is 0 before, and then goes on with the host's. */
  void start() {
    start = System.nanoTime();
    started = true;
  }

  /** Ticks; the same on every thread. */
  long now() {
    return started ? System.nanoTime() - start : 0;
  }
}
