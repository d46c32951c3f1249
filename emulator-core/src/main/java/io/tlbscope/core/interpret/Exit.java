package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.vcpu.Processor;

/** The end of a block. */
abstract class Exit extends Step {
  /**
   * What {@link #leave} gives: to {@link #target} or {@link #other}; to s.rip; to s.rip after
   * anything may have changed.
   */
  static final int TARGET = 0, OTHER = 1, RIP = 2, ANYTHING = 3;

  /**
   * As RIP, but the instruction is not finished: it runs again. This go counts as retired, so that
   * time goes on and the slice ends however long the instruction repeats.
   */
  static final int AGAIN = 4;

  /** Offsets of the direct successors. */
  long target, other;

  abstract int leave(Processor cpu, long[] r, Flags f);

  @Override
  public final void run(Processor cpu, long[] r, Flags f) {
    throw new IllegalStateException("the end of a block is not a step");
  }
}
