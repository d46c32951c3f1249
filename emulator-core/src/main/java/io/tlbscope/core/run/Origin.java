package io.tlbscope.core.run;

import io.tlbscope.core.vcpu.Processor;

/** Where each vCPU stood when exploration began: places count from there. */
final class Origin {
  private final long[] retired;

  Origin(Processor[] cpus) {
    retired = new long[cpus.length];
    for (Processor cpu : cpus) {
      retired[cpu.index()] = cpu.s.retired;
    }
  }

  /** Instructions that the vCPU has retired since. Between two slices. */
  long at(Processor cpu) {
    return cpu.s.retired - retired[cpu.index()];
  }
}
