package io.tlbscope.tools.machine;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.run.MachineException;

/** Builds the core's machines. */
public final class CoreMachines {
  private CoreMachines() {}

  /** See {@link MachineFactory#build}. */
  public static GuestMachine build(MachineSpec spec) throws MachineException {
    throw new EmulatorError("machine-not-assembled", "this build has no machine for " + spec.guest());
  }
}
