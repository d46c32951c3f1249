package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.run.Snapshot;
import io.tlbscope.tools.machine.GuestMachine;
import io.tlbscope.tools.machine.MachineFactory;
import io.tlbscope.tools.machine.MachineSpec;

/** One machine that goes back to where exploration begins before each run. */
final class SnapshotTrials implements Trials {
  /**
   * Where exploration begins.
   *
   * @param snapshot null where the machine has none
   * @param marked at the guest's marker, not at reset
   */
  private record Beginning(Snapshot snapshot, boolean marked) {}

  private final GuestMachine machine;
  private final Beginning beginning;

  private SnapshotTrials(GuestMachine machine, Beginning beginning) {
    this.machine = machine;
    this.beginning = beginning;
  }

  /**
   * Machines of which the first one looks for the guest's marker; the others begin where it found
   * it.
   *
   * @param spec its instruction limit is that of the way to the marker
   */
  static Trials.Opener opener(MachineFactory machines, MachineSpec spec) {
    return new Trials.Opener() {
      private Beginning found;

      @Override
      public synchronized Trials open() throws MachineException {
        GuestMachine machine = machines.build(spec);
        boolean done = false;
        try {
          if (found == null) {
            found = beginning(machine);
          }
          done = true;
          return found.snapshot() == null
              ? new RebuiltTrials(machines, spec, found.marked(), machine)
              : new SnapshotTrials(machine, found);
        } finally {
          if (!done) {
            machine.close();
          }
        }
      }
    };
  }

  private static Beginning beginning(GuestMachine machine) throws MachineException {
    Snapshot reset = snapshot(machine);
    RunResult result = machine.run(Progress.NONE);
    return result.outcome() == Outcome.PAUSED
        ? new Beginning(snapshot(machine), true)
        : new Beginning(reset, false);
  }

  /** Null where it has none. */
  private static Snapshot snapshot(GuestMachine machine) {
    try {
      return machine.snapshot();
    } catch (MachineException e) {
      return null;
    }
  }

  @Override
  public Trial run(Exploration exploration, long instructions) throws MachineException {
    machine.restore(beginning.snapshot());
    long began = beginning.snapshot().instructions();
    machine.explore(exploration, began + instructions);
    RunResult result = machine.run(Progress.NONE);
    if (result.outcome() == Outcome.PAUSED) {
      // A marker that only this schedule comes to.
      result = machine.run(Progress.NONE);
    }
    return new Trial(result, exploration, began);
  }

  @Override
  public boolean marked() {
    return beginning.marked();
  }

  @Override
  public void close() {
    machine.close();
  }
}
