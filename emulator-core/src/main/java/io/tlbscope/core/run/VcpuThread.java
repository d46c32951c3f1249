package io.tlbscope.core.run;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.trap.Events;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The host thread of one vCPU: runs slices, sleeps, does what others ask of the vCPU's own thread.
 */
final class VcpuThread extends Thread {
  /**
   * Host time to look for an event before parking: what park and unpark would cost (6 to 18
   * microseconds), so that a partner that answers soon is met awake, and one that does not costs at
   * most twice what parking at once would.
   */
  private static final long SPIN_NANOS = 15_000;

  /** Looks between two readings of the clock, which costs about as much as one. */
  private static final int LOOKS = 8;

  /**
   * MWAIT looks at its line so often while parked: first every 20 microseconds, then up to every
   * millisecond.
   */
  private static final long FIRST_LOOK = 20_000, LAST_LOOK = 1_000_000;

  /** Actions that a sleeping vCPU may leave waiting. */
  private static final int MOST_LATE = 1000;

  final Processor cpu;

  /** See {@link ParallelWorld}. */
  volatile boolean safe = true;

  /** Urgent actions of this vCPU that others have not done yet. */
  final AtomicInteger unanswered = new AtomicInteger();

  /** Actions asked for, and of these done. */
  final AtomicLong posted = new AtomicLong();

  volatile long done;

  /** Events so far that may end a sleep; others write it at each interrupt, {@link #retired} we. */
  final PaddedLong wakeups = new PaddedLong();

  /** Asleep, having looked at all events up to this number; -1 while awake. */
  volatile long asleepAt = -1;

  /** Instructions retired, brought up to date after each slice; others may read it. */
  final PaddedLong retired = new PaddedLong();

  private final Engine engine;
  private final ParallelScheduler scheduler;
  private final ParallelWorld world;
  private final PauseBackoff backoff;
  private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>();
  private final AtomicInteger late = new AtomicInteger();

  /** Instructions set aside and not yet run: a PAUSE must not cost a shared counter. */
  private long budget;

  VcpuThread(Processor cpu, Engine engine, ParallelScheduler scheduler, ParallelWorld world) {
    super("vcpu-" + cpu.index());
    setDaemon(true);
    this.cpu = cpu;
    this.engine = engine;
    this.scheduler = scheduler;
    this.world = world;
    backoff = new PauseBackoff(scheduler, world);
    cpu.onAttention = this::attend;
  }

  boolean stopped() {
    return scheduler.stopped();
  }

  @Override
  public void run() {
    try {
      world.leaveSafe(this);
      while (!stopped()) {
        if (cpu.pending() != 0) {
          attend();
        }
        if (cpu.activity == Activity.RUNNING) {
          slice();
        }
        if (cpu.activity == Activity.SHUTDOWN) {
          scheduler.end(Scheduler.Ending.SHUTDOWN);
        } else if (cpu.activity != Activity.RUNNING) {
          sleep();
        }
      }
    } catch (Throwable e) {
      scheduler.failed(cpu, e);
    } finally {
      safe = true;
    }
  }

  private void slice() {
    if (budget <= 0) {
      budget = scheduler.take();
      if (budget == 0) {
        scheduler.end(Scheduler.Ending.LIMIT);
        return;
      }
    }
    long before = cpu.s.retired;
    long delivered = cpu.delivered;
    try {
      engine.run(budget);
    } finally {
      long done = cpu.s.retired - before;
      retired.setOpaque(cpu.s.retired);
      // A handler that faults at its first instruction retires nothing, and must end all the same.
      budget -= done != 0 ? done : Math.min(budget, cpu.delivered - delivered);
    }
    if (cpu.yield && cpu.activity == Activity.RUNNING) {
      backoff.pause(this, cpu.s.retired - before);
    }
  }

  /** Until an event wakes the vCPU or the machine stops. */
  private void sleep() {
    scheduler.giveBack(budget);
    budget = 0;
    long look = FIRST_LOOK;
    while (!stopped()) {
      long seen = wakeups.get();
      Events.service(cpu);
      if (cpu.activity == Activity.RUNNING || cpu.activity == Activity.SHUTDOWN) {
        break;
      }
      safe = true;
      asleepAt = seen;
      scheduler.slept();
      boolean monitors = cpu.activity == Activity.MWAIT;
      await(seen, monitors ? look : Long.MAX_VALUE);
      look = Math.min(2 * look, LAST_LOOK);
      asleepAt = -1;
      scheduler.woke();
      world.leaveSafe(this);
    }
  }

  private void await(long seen, long nanos) {
    if (!scheduler.crowded()) {
      long end = scheduler.now() + SPIN_NANOS;
      do {
        for (int i = 0; i < LOOKS && wakeups.get() == seen; i++) {
          Thread.onSpinWait();
        }
      } while (wakeups.get() == seen && scheduler.now() < end);
    }
    if (nanos != Long.MAX_VALUE) {
      if (wakeups.get() == seen && !stopped()) {
        LockSupport.parkNanos(this, nanos);
      }
      return;
    }
    while (wakeups.get() == seen && !stopped()) {
      LockSupport.park(this);
    }
  }

  /** Something may end a sleep. Any thread. */
  void wake() {
    wakeups.getAndIncrement();
    if (asleepAt >= 0) {
      LockSupport.unpark(this);
    }
  }

  /** See {@link io.tlbscope.core.memory.World#post}. */
  void post(Runnable action, boolean urgent) {
    posted.getAndIncrement();
    mail.add(action);
    cpu.attention();
    if (urgent || late.incrementAndGet() % MOST_LATE == 0) {
      wake();
    }
  }

  /** Does what others asked for, and stands still if the world does. On this thread. */
  void attend() {
    cpu.clearPending(Processor.ATTENTION);
    Runnable action;
    long count = done;
    while ((action = mail.poll()) != null) {
      action.run();
      done = ++count;
    }
    if (stopped()) {
      cpu.yield = true;
      cpu.leaveBlock = true;
    } else {
      world.leaveSafe(this);
    }
  }

  /** Asleep, and nothing has happened since it looked. */
  boolean sound() {
    long at = asleepAt;
    return at >= 0 && at == wakeups.get();
  }

  /** Asleep with no ear for maskable interrupts. */
  boolean deaf() {
    return !cpu.halted()
        || (cpu.s.flags.system() & CpuState.IF) == 0 && cpu.activity != Activity.MWAIT;
  }
}
