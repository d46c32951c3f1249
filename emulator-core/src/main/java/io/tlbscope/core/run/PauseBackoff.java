package io.tlbscope.core.run;

import java.util.concurrent.locks.LockSupport;

/**
 * What a vCPU's thread does at PAUSE. A guest that spins waits for another vCPU: if that one has a
 * host CPU, the wait is short and giving ours away costs more than it saves; if it has none, every
 * turn of ours keeps it from running.
 */
final class PauseBackoff {
  /** Instructions between two PAUSEs of one spin loop, at most. */
  private static final int LOOP = 64;

  /**
   * PAUSEs in a row that only spin: about 3 microseconds, the time in which a running vCPU answers
   * an IPI.
   */
  private static final int SPINS = 24;

  /**
   * Then so many that yield the host's CPU, which is enough where the other waits for this very
   * CPU.
   */
  private static final int YIELDS = 40;

  /** Then each sleeps: 50 microseconds are the least that Linux's timers give a thread anyway. */
  private static final long NANOS = 50_000;

  private final ParallelWorld world;
  private int row;

  PauseBackoff(ParallelWorld world) {
    this.world = world;
  }

  /**
   * After a PAUSE.
   *
   * @param retired instructions since the last
   */
  void pause(VcpuThread vcpu, long retired) {
    row = retired <= LOOP ? row + 1 : 0;
    if (row <= SPINS) {
      Thread.onSpinWait();
      return;
    }
    vcpu.safe = true;
    if (row <= SPINS + YIELDS) {
      Thread.yield();
    } else if (vcpu.cpu.pending() == 0) {
      LockSupport.parkNanos(this, NANOS);
    }
    world.leaveSafe(vcpu);
  }
}
