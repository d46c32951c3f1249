package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Processor;

/**
 * Where each vCPU stood when exploration began: places count from there. How often a vCPU goes
 * round a loop that waits depends on the others, so that places behind one are not the same under
 * another schedule; its progress, in which all rounds but the first two count nothing, mostly is.
 */
final class Origin {
  private final long[] retired;

  /** What each vCPU had retired at its last PAUSE, and how far that was from the one before. */
  private final long[] pausedAt;

  private final long[] stride;

  /** Instructions of rounds that count nothing. */
  private final long[] waited;

  Origin(Processor[] cpus) {
    retired = new long[cpus.length];
    pausedAt = new long[cpus.length];
    stride = new long[cpus.length];
    waited = new long[cpus.length];
    for (Processor cpu : cpus) {
      retired[cpu.index()] = cpu.s.retired;
    }
  }

  /** Instructions that the vCPU has retired since. Between two slices. */
  long at(Processor cpu) {
    return cpu.s.retired - retired[cpu.index()];
  }

  /** The vCPU's last instruction was a PAUSE. */
  void paused(Processor cpu) {
    int index = cpu.index();
    long distance = cpu.s.retired - pausedAt[index];
    pausedAt[index] = cpu.s.retired;
    if (distance == stride[index]) {
      waited[index] += distance;
    }
    stride[index] = distance;
  }

  /** As {@link #at}, without the rounds of loops that wait. */
  long progress(Processor cpu) {
    return at(cpu) - waited[cpu.index()];
  }
}
