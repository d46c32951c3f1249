package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.tools.machine.GuestMachine;
import io.tlbscope.tools.machine.MachineFactory;
import io.tlbscope.tools.machine.MachineSpec;

/**
 * A new machine for each run, which goes the way to the marker again: for machines that have no
 * snapshots.
 */
final class RebuiltTrials implements Trials {
  private final MachineFactory machines;
  private final MachineSpec spec;
  private final boolean marked;

  /** Stays open: the plugins of the others need not be woven again. */
  private final GuestMachine holder;

  /**
   * @param marked the guest comes to its marker
   */
  RebuiltTrials(MachineFactory machines, MachineSpec spec, boolean marked, GuestMachine holder) {
    this.machines = machines;
    this.spec = spec;
    this.marked = marked;
    this.holder = holder;
  }

  @Override
  public Trial run(Exploration exploration, long instructions) throws MachineException {
    try (GuestMachine machine = machines.build(spec)) {
      long began = marked ? machine.run(Progress.NONE).instructions() : 0;
      machine.explore(exploration, began + instructions);
      RunResult result = machine.run(Progress.NONE);
      if (result.outcome() == Outcome.PAUSED) {
        // A marker that only this schedule comes to.
        result = machine.run(Progress.NONE);
      }
      return new Trial(result, exploration, began);
    }
  }

  @Override
  public boolean marked() {
    return marked;
  }

  @Override
  public void close() {
    holder.close();
  }
}
