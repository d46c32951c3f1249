package io.tlbscope.core.interpret;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.vcpu.Processor;

/** Executes one vCPU's instructions from blocks that the machine's vCPUs share. */
public final class Interpreter {
  /** @param blocks the machine's block cache */
  public Interpreter(Processor cpu, BlockCache blocks) {}

  /**
   * Runs until {@code budget} instructions have retired or the vCPU stops, yields or sleeps.
   *
   * @return instructions retired, at most {@code budget}
   */
  public long run(long budget) {
    throw new EmulatorError("interpreter", "not written yet");
  }
}
