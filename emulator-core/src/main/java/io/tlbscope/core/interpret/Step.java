package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.vcpu.Processor;

/**
 * One pre-decoded operation. An abstract class, because HotSpot calls it through one table load;
 * operands are slot numbers folded in when it was built.
 */
public abstract class Step {
  /**
   * Number of the step in its block; steps that may leave the fast path tell it to {@link
   * Processor#position}.
   */
  int position;

  public abstract void run(Processor cpu, long[] r, Flags f);

  /** True if its memory goes through SS: what the MMU reports as #GP(0) is then #SS(0). */
  boolean stack() {
    return false;
  }
}
