package io.tlbscope.tools.explore;

import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.tools.machine.GuestMachine;
import io.tlbscope.tools.machine.MachineFactory;
import io.tlbscope.tools.machine.MachineSpec;

/** A new machine for each run, explored from reset on. */
final class ResetTrials implements Trials {
  private final MachineFactory machines;
  private final MachineSpec spec;

  /** Never run: while it is open, the plugins of the others need not be woven again. */
  private final GuestMachine holder;

  ResetTrials(MachineFactory machines, MachineSpec spec) throws MachineException {
    this.machines = machines;
    this.spec = spec;
    this.holder = machines.build(spec);
  }

  @Override
  public Trial run(Exploration exploration, long instructions) throws MachineException {
    try (GuestMachine machine = machines.build(spec)) {
      machine.explore(exploration, instructions);
      RunResult result = machine.run(Progress.NONE);
      return new Trial(result, exploration, 0);
    }
  }

  @Override
  public boolean marked() {
    return false;
  }

  @Override
  public void close() {
    holder.close();
  }
}
