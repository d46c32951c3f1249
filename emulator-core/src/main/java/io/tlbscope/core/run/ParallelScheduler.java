package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * One host thread a vCPU; time is the host's, one tick a nanosecond. The thread that calls {@link
 * #run} leads: it fires timers under the machine's lock, reports progress, and notices when all
 * vCPUs sleep for good.
 *
 * <p>The limit of instructions is never passed; a run may end short of it by what the other vCPUs
 * had set aside and not used, a sixteenth of it at most.
 */
final class ParallelScheduler implements Scheduler {
  /** Instructions between two looks at the limit at most; at 100 million a second about 0.7 ms. */
  private static final int MOST_SLICE = 1 << 16;

  private static final int LEAST_SLICE = 64;

  /** Host time between two reports of progress. */
  private static final long REPORT_NANOS = 10_000_000;

  /** As in deterministic mode: timer events that no sleeper with interrupts disabled took. */
  private static final int MOST_DEAF_EVENTS = 1 << 16;

  private static final int HOST_CPUS = Runtime.getRuntime().availableProcessors();

  private final VcpuThread[] threads;
  private final ParallelWorld world;
  private final HostClock clock = new HostClock();

  /** Guards itself; actions run without it. */
  private final TimerQueue timers = new TimerQueue();

  private final AtomicInteger awake = new AtomicInteger();
  private final AtomicLong left;
  private final long slice;
  private final AtomicReference<Ending> ending = new AtomicReference<>();
  private final AtomicReference<Failure> failure = new AtomicReference<>();
  private final Processor first;
  private volatile boolean stop;
  private volatile Thread leader;
  private int deafEvents;

  /** Wake-ups of all vCPUs when a sleep of all was last seen and the MWAIT sleepers were asked. */
  private long nudgedAt = -1;

  private record Failure(Processor cpu, Throwable cause) {}

  ParallelScheduler(Processor[] cpus, Engine[] engines, ParallelWorld world, long maxInstructions) {
    this.world = world;
    left = new AtomicLong(maxInstructions);
    slice = Math.clamp(maxInstructions / (16L * cpus.length), LEAST_SLICE, MOST_SLICE);
    first = cpus[0];
    threads = new VcpuThread[cpus.length];
    for (int i = 0; i < cpus.length; i++) {
      threads[i] = new VcpuThread(cpus[i], engines[i], this, world);
    }
  }

  @Override
  public String name() {
    return "parallel";
  }

  @Override
  public Ending run(Progress progress) {
    leader = Thread.currentThread();
    clock.start();
    awake.set(threads.length);
    world.begin(threads);
    for (VcpuThread thread : threads) {
      thread.start();
    }
    try {
      lead(progress);
    } catch (Throwable e) {
      failed(first, e);
    } finally {
      stop();
      join();
      world.end();
    }
    Failure failed = failure.get();
    if (failed != null) {
      throw rethrown(failed.cause());
    }
    return ending.get() == null ? Ending.STOPPED : ending.get();
  }

  private void lead(Progress progress) {
    long report = clock.now() + REPORT_NANOS;
    while (!stop) {
      long now = clock.now();
      if (timers.nextDeadline() <= now) {
        fire();
      }
      if (asleepForGood()) {
        end(Ending.ALL_ASLEEP);
        return;
      }
      if (now >= report) {
        report = now + REPORT_NANOS;
        progress.at(instructions(), now);
      }
      long wait = Math.min(timers.nextDeadline(), report) - clock.now();
      if (wait > 0 && !stop) {
        LockSupport.parkNanos(this, wait);
      }
    }
  }

  /** The lock comes first: who cancels a timer under it knows that it will not fire. */
  private void fire() {
    world.lock();
    try {
      timers.fire(clock.now());
    } finally {
      world.unlock();
    }
    deafEvents = allSound() && allDeaf() ? deafEvents + 1 : 0;
  }

  private boolean allSound() {
    for (VcpuThread thread : threads) {
      if (!thread.sound()) {
        return false;
      }
    }
    return true;
  }

  private boolean allDeaf() {
    for (VcpuThread thread : threads) {
      if (!thread.deaf()) {
        return false;
      }
    }
    return true;
  }

  private long wakeups() {
    long sum = 0;
    for (VcpuThread thread : threads) {
      sum += thread.wakeups.get();
    }
    return sum;
  }

  /**
   * True if nothing can wake anyone. A vCPU that was awake may have woken another and gone to sleep
   * while we looked, so all are looked at twice; and one in MWAIT may not have seen the last store,
   * so it is woken to look once more.
   */
  private boolean asleepForGood() {
    boolean once = allSound();
    if (!once || !allSound()) {
      nudgedAt = -1;
      return false;
    }
    if (timers.nextDeadline() != Long.MAX_VALUE) {
      return deafEvents > MOST_DEAF_EVENTS;
    }
    if (nudgedAt == wakeups()) {
      return true;
    }
    for (VcpuThread thread : threads) {
      if (thread.cpu.activity == Activity.MWAIT) {
        thread.wake();
      }
    }
    nudgedAt = wakeups();
    return false;
  }

  private void join() {
    boolean interrupted = false;
    for (VcpuThread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  /** A vCPU's thread met what only a vCPU can meet. */
  void end(Ending why) {
    ending.compareAndSet(null, why);
    stop();
  }

  void failed(Processor cpu, Throwable cause) {
    failure.compareAndSet(null, new Failure(cpu, cause));
    stop();
  }

  boolean stopped() {
    return stop;
  }

  /** For tests. */
  VcpuThread thread(int index) {
    return threads[index];
  }

  /** Sets instructions aside; 0 at the limit. */
  long take() {
    while (true) {
      long now = left.get();
      long taken = Math.min(now, slice);
      if (taken == 0 || left.compareAndSet(now, now - taken)) {
        return taken;
      }
    }
  }

  /** From a vCPU that falls asleep. */
  void giveBack(long unused) {
    if (unused != 0) {
      left.getAndAdd(unused);
    }
  }

  /** A vCPU fell asleep: all may be asleep now. */
  void slept() {
    if (awake.decrementAndGet() == 0) {
      LockSupport.unpark(leader);
    }
  }

  void woke() {
    awake.getAndIncrement();
  }

  /** More vCPUs want to run than the host has CPUs. */
  boolean crowded() {
    return awake.getOpaque() > HOST_CPUS;
  }

  @Override
  public void stop() {
    stop = true;
    for (VcpuThread thread : threads) {
      thread.cpu.attention();
      thread.wake();
    }
    if (Thread.currentThread() instanceof VcpuThread own) {
      own.cpu.yield = true;
      own.cpu.leaveBlock = true;
    }
    LockSupport.unpark(leader);
  }

  @Override
  public void attention(Processor cpu) {
    threads[cpu.index()].wake();
  }

  @Override
  public long now() {
    return clock.now();
  }

  @Override
  public long schedule(long deadline, Runnable action) {
    boolean sooner = deadline < timers.nextDeadline();
    long handle = timers.schedule(deadline, action);
    if (sooner) {
      LockSupport.unpark(leader);
    }
    return handle;
  }

  @Override
  public void cancel(long handle) {
    timers.cancel(handle);
  }

  @Override
  public Processor last() {
    if (Thread.currentThread() instanceof VcpuThread own) {
      return own.cpu;
    }
    Failure failed = failure.get();
    return failed != null ? failed.cpu() : first;
  }

  @Override
  public boolean idle() {
    return false;
  }

  @Override
  public long instructions() {
    long sum = 0;
    for (VcpuThread thread : threads) {
      sum += thread.retired.getOpaque();
    }
    return sum;
  }
}
