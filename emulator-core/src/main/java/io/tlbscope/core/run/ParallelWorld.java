package io.tlbscope.core.run;

import io.tlbscope.core.memory.World;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The machine's lock, and the world that stands still for its owner.
 *
 * <p>A vCPU's thread is <em>safe</em> while it touches neither guest memory nor its TLB: parked,
 * yielding, or waiting for the lock. Who wants the world to stand still takes the lock, says so,
 * asks every vCPU for attention and waits until all are safe; a running one gets there at its next
 * block's head, so the wait is bounded by one block, one helper or one compilation. Whoever leaves
 * the safe state looks whether the world stands still and if so waits for the lock.
 *
 * <p>Order of locks: this one first, then those that are held over a few instructions and take no
 * other (timers, block cache, page flags, sinks).
 */
final class ParallelWorld implements World {
  /**
   * Times to ask for the lock before parking. It is held for 0.1 to some microseconds, parking and
   * waking cost 10 to 20.
   */
  private static final int SPINS = 200;

  /** Looks at a vCPU that is not safe yet before giving the host's CPU away. */
  private static final int LOOKS = 1000;

  private final ReentrantLock lock = new ReentrantLock();
  private VcpuThread[] threads = {};
  private volatile boolean running;
  private volatile boolean still;

  /** How often {@link #alone} was entered; its owner's. */
  private int depth;

  private volatile boolean sharedTlbs;

  /** The vCPUs' threads; from now on they may run. */
  void begin(VcpuThread[] all) {
    threads = all;
    running = true;
  }

  /** No vCPU runs any more. */
  void end() {
    running = false;
  }

  @Override
  public void lock() {
    if (lock.tryLock()) {
      return;
    }
    if (Thread.currentThread() instanceof VcpuThread vcpu) {
      vcpu.safe = true;
      acquire();
      // Nobody stops the world without the lock: no need to look.
      vcpu.safe = false;
    } else {
      acquire();
    }
  }

  private void acquire() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
      if (lock.tryLock()) {
        return;
      }
    }
    lock.lock();
  }

  @Override
  public void unlock() {
    lock.unlock();
  }

  @Override
  public void alone(Runnable action) {
    lock();
    try {
      depth++;
      stop();
      action.run();
    } finally {
      if (--depth == 0) {
        still = false;
      }
      unlock();
    }
  }

  private void stop() {
    if (still || !running) {
      return;
    }
    still = true;
    for (VcpuThread vcpu : threads) {
      vcpu.cpu.attention();
    }
    for (VcpuThread vcpu : threads) {
      for (int looks = 0; vcpu != Thread.currentThread() && !vcpu.safe; looks++) {
        if (looks < LOOKS) {
          Thread.onSpinWait();
        } else {
          Thread.yield();
        }
      }
    }
  }

  /** On a vCPU's thread between two instructions, no lock held: stands still if the world does. */
  void leaveSafe(VcpuThread vcpu) {
    vcpu.safe = false;
    while (still && !lock.isHeldByCurrentThread()) {
      vcpu.safe = true;
      lock.lock();
      vcpu.safe = false;
      lock.unlock();
    }
  }

  @Override
  public void shareTlbs() {
    sharedTlbs = true;
  }

  @Override
  public void lockTlb() {
    if (sharedTlbs) {
      lock();
    }
  }

  @Override
  public void unlockTlb() {
    if (sharedTlbs) {
      unlock();
    }
  }

  @Override
  public boolean here(int vcpu) {
    return !running
        || Thread.currentThread() == threads[vcpu]
        || still && lock.isHeldByCurrentThread();
  }

  @Override
  public void post(int vcpu, boolean urgent, Runnable action) {
    if (!urgent) {
      threads[vcpu].post(action, false);
      return;
    }
    VcpuThread sender = Thread.currentThread() instanceof VcpuThread t ? t : null;
    if (sender == null) {
      threads[vcpu].post(action, true);
      return;
    }
    sender.unanswered.getAndIncrement();
    threads[vcpu].post(
        () -> {
          action.run();
          sender.unanswered.getAndDecrement();
        },
        true);
  }

  @Override
  public long[] posted() {
    long[] counts = new long[threads.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = threads[i].posted.get();
    }
    return counts;
  }

  @Override
  public boolean done(long[] posted) {
    for (int i = 0; running && i < posted.length; i++) {
      // A sleeper attends before it runs again.
      if (threads[i].done < posted[i] && threads[i].asleepAt < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void sync() {
    if (Thread.currentThread() instanceof VcpuThread sender) {
      for (int looks = 0; sender.unanswered.get() > 0 && !sender.stopped(); looks++) {
        // Another may wait for this one in the same way.
        sender.attend();
        if (looks < LOOKS) {
          Thread.onSpinWait();
        } else {
          sender.safe = true;
          Thread.yield();
          leaveSafe(sender);
        }
      }
    }
  }
}
