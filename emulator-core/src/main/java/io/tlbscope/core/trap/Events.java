package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.vcpu.Processor;

/**
 * What a vCPU does between instructions: INIT, SIPI, NMI, maskable interrupts, single step.
 *
 * <p>An engine calls {@link #service} at a block's start when {@code cpu.pending() != 0} or the vCPU is not RUNNING. While
 * {@code s.interruptShadow} is set nothing but INIT is taken: the engine then clears it and runs exactly one instruction.
 */
public final class Events {
  private Events() {}

  /**
   * Takes the most urgent pending event, if one can be taken now.
   *
   * @return true if the vCPU can execute its next instruction, false while it sleeps, waits for a SIPI or is shut down
   */
  public static boolean service(Processor cpu) {
    throw new EmulatorError("trap-events", "not written yet");
  }

  /**
   * Call after each instruction that completed and that began with RFLAGS.TF set: raises the single-step #DB unless the
   * instruction was itself a delivery or leaves an interrupt shadow.
   *
   * @param deliveredBefore {@code cpu.delivered} before the instruction
   */
  public static void singleStep(Processor cpu, long deliveredBefore) {
    throw new EmulatorError("trap-events", "not written yet");
  }
}
