package io.tlbscope.tools.machine;

import io.tlbscope.core.run.MachineException;

/** Builds machines. */
@FunctionalInterface
public interface MachineFactory {
  /**
   * Builds what is asked for.
   *
   * @throws MachineException with cause and mend in one line; it starts with an option's name when
   *     that option is wrong
   */
  GuestMachine build(MachineSpec spec) throws MachineException;
}
