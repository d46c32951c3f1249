package io.tlbscope.core.run;

import java.util.concurrent.locks.LockSupport;

/**
 * What a vCPU's thread does at PAUSE. A guest that spins waits for another vCPU: if that one has a
 * host CPU, the wait is short and giving ours away costs more than it saves; if it has none, every
 * turn of ours keeps it from running.
 */
final class PauseBackoff {
  /** PAUSEs in a row that only spin: the time in which a running vCPU answers an IPI. */
  private static final int SPINS = 24;

  /**
   * Where every vCPU that is awake has a host CPU, it is offered to others so often, every 0.2 ms:
   * on a busy host who never yields is not run when it matters. A yield takes some 10 microseconds,
   * in which the partner waits; were it to yield for that in turn, both would go on so.
   */
  private static final int TURN = 4096;

  /** Then so many that yield, which is enough where the other waits for this very CPU. */
  private static final int YIELDS = 40;

  /** Then each sleeps: 50 microseconds are the least that Linux's timers give a thread anyway. */
  private static final long NANOS = 50_000;

  /**
   * PAUSEs that a region may spin through at once: an interrupt or what is waited for is met there
   * sooner than on the way out and in again. Few where a host CPU may be missing.
   */
  private static final int AT_ONCE = 64, CROWDED_AT_ONCE = 8;

  private final ParallelScheduler scheduler;
  private final ParallelWorld world;
  private int row;

  /** What the regions were given last. */
  private int given;

  private long last;

  PauseBackoff(ParallelScheduler scheduler, ParallelWorld world) {
    this.scheduler = scheduler;
    this.world = world;
  }

  /**
   * After a PAUSE.
   *
   * @param retired instructions since the last
   */
  void pause(VcpuThread vcpu, long retired) {
    // A loop that waits takes the same way round each time; who takes another has got further.
    int paused = 1 + given - vcpu.cpu.spins;
    boolean turn = row / TURN != (row + paused) / TURN;
    row = retired == last ? row + paused : paused;
    last = retired;
    boolean crowded = scheduler.crowded();
    given = !crowded ? AT_ONCE : row > SPINS ? 0 : CROWDED_AT_ONCE;
    vcpu.cpu.spins = given;
    if (crowded ? row <= SPINS : !turn) {
      Thread.onSpinWait();
      return;
    }
    vcpu.safe = true;
    if (!crowded || row <= SPINS + YIELDS) {
      Thread.yield();
    } else if (vcpu.cpu.pending() == 0) {
      LockSupport.parkNanos(this, NANOS);
    }
    world.leaveSafe(vcpu);
  }
}
