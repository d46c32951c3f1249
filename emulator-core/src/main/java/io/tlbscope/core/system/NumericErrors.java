package io.tlbscope.core.system;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.vcpu.Processor;

/** x87 exceptions that are due (Intel SDM vol. 1, 8.7). */
public final class NumericErrors {
  private NumericErrors() {}

  /** What a waiting instruction does before anything else: #MF if an exception is pending. */
  public static void check(Processor cpu) {
    if (!cpu.s.x87.pending()) {
      return;
    }
    if ((cpu.s.cr0 & CpuState.CR0_NE) == 0) {
      throw new EmulatorError(
          "x87-ferr", "an x87 exception with CR0.NE clear: FERR# and IRQ 13 are not modelled");
    }
    throw cpu.fault.with(GuestFault.MF);
  }
}
