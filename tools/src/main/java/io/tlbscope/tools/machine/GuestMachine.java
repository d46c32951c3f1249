package io.tlbscope.tools.machine;

import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.plugin.PluginContext;
import io.tlbscope.core.run.Exploration;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.run.Snapshot;
import java.util.List;
import java.util.Map;

/** A machine that is ready to run once, or to its pause and then to its end. */
public interface GuestMachine extends AutoCloseable {
  /** Runs to the end, or to the pause that was asked for. */
  RunResult run(Progress progress);

  /**
   * An exploration decides on the order of vCPUs from here on. Before {@link #run}.
   *
   * @param maxInstructions of all vCPUs together
   */
  void explore(Exploration exploration, long maxInstructions);

  /** All of it, before it runs or while it is paused. */
  Snapshot snapshot() throws MachineException;

  /** Makes it what it was. */
  void restore(Snapshot snapshot) throws MachineException;

  /** Draws the schedule from another seed from now on. */
  void reseed(long seed);

  /** Makes {@link #run} come back soon. Any thread. */
  void stop(String reason);

  /** The port on which gdb is waited for, 0 where it is not. */
  default int gdbPort() {
    return 0;
  }

  /** Name of the engine for the summary. */
  String engine();

  /** What the engine did, by name; empty when it has nothing to tell. */
  Map<String, Object> engineStatistics();

  /** Name of the schedule for the summary. */
  String schedule();

  PluginContext.Symbols symbols();

  /** The guest's RAM. While {@link #run} runs, on its thread only. */
  PhysicalAccess physical();

  /** What was woven for this machine, one line a hook point. */
  List<String> woven();

  @Override
  void close();
}
