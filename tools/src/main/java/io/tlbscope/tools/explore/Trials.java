package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.MachineException;

/** Runs of one guest, one after the other, each under a schedule of its own. */
interface Trials extends AutoCloseable {
  /** Opens trials for one thread. */
  interface Opener {
    Trials open() throws MachineException;
  }

  /**
   * Runs the guest to its end.
   *
   * @param instructions after which the guest counts as hung
   */
  Trial run(Exploration exploration, long instructions) throws MachineException;

  /** Whether exploration begins at the guest's marker, not at reset. */
  boolean marked();

  @Override
  void close();
}
