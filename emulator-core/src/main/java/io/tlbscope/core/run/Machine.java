package io.tlbscope.core.run;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.PluginFailure;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A machine: processors, memory, devices and plugins, ready to run once, or from a snapshot as
 * often as you like. Built by {@link #builder}; {@link #close} frees its memory and takes its
 * plugins' advice out again.
 */
public final class Machine implements MachineControl, AutoCloseable {
  private final AtomicReference<Stop> stop = new AtomicReference<>();
  private final Violations violations;
  private final TraceSink trace;
  private long seed;

  /** What of the state is this object's. */
  private final Stateful own =
      new Stateful() {
        @Override
        public void save(StateWriter to) {
          to.tag("machine");
          to.putLong(seed);
          to.putBoolean(started);
          to.putBoolean(marked);
        }

        @Override
        public void load(StateReader from) {
          from.tag("machine");
          seed = from.getLong();
          started = from.getBoolean();
          marked = from.getBoolean();
        }
      };

  private Parts parts;
  private Freezer freezer;
  private Phase phase = Phase.READY;

  /** The guest has begun: its RUN_START is in the trace. */
  private boolean started;

  /** The guest has written the marker. */
  private boolean marked;

  /** What may be done with the machine. */
  private enum Phase {
    READY,
    RUNNING,
    ENDED,
    /** It ended in the midst of something, or could not be restored: it has no state to go on. */
    BROKEN
  }

  Machine(TraceSink trace, long seed, Violations violations) {
    this.trace = trace;
    this.seed = seed;
    this.violations = violations;
  }

  public static MachineBuilder builder() {
    return new MachineBuilder();
  }

  /** Set once by {@link Assembly}, before anything else is called. */
  void assembled(Parts made, Freezer itsFreezer) {
    parts = made;
    freezer = itsFreezer;
  }

  /**
   * Runs to the end, or to a pause, and says what came of it. The calling thread runs the vCPUs in
   * deterministic mode. After {@link Outcome#PAUSED} and {@link #restore} it may be called again.
   *
   * @throws IllegalStateException when the run has ended
   */
  public RunResult run(Progress progress) {
    if (phase != Phase.READY) {
      throw new IllegalStateException("a machine runs once; build another, or restore a snapshot");
    }
    phase = Phase.RUNNING;
    if (!started) {
      started = true;
      trace.accept(
          new TraceEvent(
              TraceKind.RUN_START,
              0,
              -1,
              0,
              0,
              0,
              vcpuCount(),
              seed,
              parts.memory().ramBytes(),
              0));
    }
    String report = "";
    boolean whole = false;
    try {
      Scheduler.Ending ending = parts.scheduler().run(progress);
      if (ending == Scheduler.Ending.PAUSED) {
        return paused();
      }
      whole = true;
      ended(ending);
      if (stop.get().outcome() == Outcome.GUEST_DIED) {
        report = report(dead());
      }
    } catch (EmulatorError e) {
      stop.compareAndSet(
          null, new Stop(Outcome.EMULATOR_ERROR, 0, e.name() + ": " + e.getMessage()));
      report = e.details() + report(parts.scheduler().last());
    } catch (PluginFailure e) {
      stop.compareAndSet(null, new Stop(Outcome.PLUGIN_ERROR, 0, e.getMessage()));
      report = stack(e.getCause()) + "\n" + report(parts.scheduler().last());
    } catch (RuntimeException e) {
      // A bug of ours; the guest's state at that moment is what finding it needs.
      stop.compareAndSet(null, new Stop(Outcome.EMULATOR_ERROR, 0, "internal-error: " + e));
      report = stack(e) + "\n" + report(parts.scheduler().last());
    }
    phase = whole ? Phase.ENDED : Phase.BROKEN;
    parts.console().flush();
    if (whole) {
      freezer.ending();
    }
    RunResult result = result(stop.get(), report, parts.plugins());
    if (parts.gdb() != null) {
      parts.gdb().ended(result.guestExit());
    }
    trace.accept(
        new TraceEvent(
            TraceKind.RUN_END,
            now(),
            -1,
            result.instructions(),
            0,
            0,
            result.guestExit(),
            result.instructions(),
            0,
            0));
    return result;
  }

  /**
   * An exploration decides from here on, instead of the seed. Not while the machine runs.
   *
   * @param maxInstructions of all vCPUs together, from the machine's start
   * @throws IllegalStateException in parallel mode, whose order is the host's, and with gdb
   */
  public void explore(Exploration exploration, long maxInstructions) {
    if (!(parts.scheduler() instanceof DeterministicScheduler scheduler)) {
      throw new IllegalStateException("an order can be explored in deterministic mode alone");
    }
    scheduler.explore(exploration, maxInstructions);
  }

  /** Not the end: plugins settle no accounts, and nothing is traced. */
  private RunResult paused() {
    phase = Phase.READY;
    parts.console().flush();
    return result(new Stop(Outcome.PAUSED, 0, "paused"), "", null);
  }

  /**
   * All of the machine as it is now: before its first run, while it is paused, or after its end.
   *
   * @throws MachineException that says what of the machine has no snapshots, and the mend
   */
  public Snapshot snapshot() throws MachineException {
    if (phase != Phase.READY && phase != Phase.ENDED) {
      throw new MachineException(
          "the machine is in the midst of an instruction: take snapshots before run, or after it"
              + " paused or ended without an error");
    }
    if (parts.scheduler() instanceof DeterministicScheduler scheduler && scheduler.explores()) {
      throw new MachineException(
          "an explored run has no snapshots: take one before explore is called, and explore from there");
    }
    return freezer.snapshot(own, seed);
  }

  /**
   * Makes the machine what it was when the snapshot was taken, of this machine or of one that was
   * built alike: {@link #run} goes on from there. Decoded and translated code is kept where its
   * bytes are the same. What went to the console and the trace stays there.
   *
   * @throws MachineException that names what differs between the two machines
   */
  public void restore(Snapshot snapshot) throws MachineException {
    if (phase == Phase.RUNNING) {
      throw new MachineException("the machine runs: restore a snapshot after run has come back");
    }
    freezer.check(snapshot);
    phase = Phase.BROKEN;
    freezer.restore(snapshot, own);
    stop.set(null);
    phase = Phase.READY;
  }

  /**
   * Draws the schedule from another seed from now on, beginning with a new slice: two machines from
   * one snapshot go different ways. What RDRAND gives is not changed.
   */
  public void reseed(long newSeed) {
    seed = newSeed;
    parts.scheduler().reseed(newSeed);
  }

  /** {@link #run} pauses once all vCPUs together retired so many; see {@link MachineBuilder}. */
  public void pauseAt(long instructions) {
    parts.scheduler().pauseAt(instructions);
  }

  /** Bytes that the guest has sent to its console; a restored machine counts from its snapshot. */
  public long consoleBytes() {
    return parts.console().written();
  }

  /** The guest wrote the marker. */
  void marker(boolean pauses) {
    if (pauses && !marked) {
      parts.scheduler().pause();
    }
    marked = true;
  }

  private void ended(Scheduler.Ending ending) {
    Stop reason =
        switch (ending) {
          case PAUSED -> throw new IllegalStateException("a pause is no end");
          case STOPPED -> new Stop(Outcome.STOPPED, 0, "stopped");
          case LIMIT -> new Stop(Outcome.INSTRUCTION_LIMIT, 0, "the instruction limit was reached");
          case SHUTDOWN ->
              new Stop(
                  Outcome.GUEST_DIED,
                  0,
                  "triple fault on CPU " + dead().index() + ": the guest is dead");
          case ALL_ASLEEP ->
              new Stop(
                  Outcome.DEADLOCK,
                  0,
                  "every CPU sleeps and nothing is due that could wake one: " + asleep());
        };
    stop.compareAndSet(null, reason);
  }

  private Processor dead() {
    return Arrays.stream(parts.processors())
        .filter(cpu -> cpu.activity == Activity.SHUTDOWN)
        .findFirst()
        .orElse(parts.processors()[0]);
  }

  private String asleep() {
    long halted = Arrays.stream(parts.processors()).filter(Processor::halted).count();
    long masked =
        Arrays.stream(parts.processors())
            .filter(cpu -> cpu.halted() && (cpu.rflags() & 0x200) == 0)
            .count();
    return halted
        + " halted ("
        + masked
        + " of them with interrupts disabled), "
        + (vcpuCount() - halted)
        + " waiting for a SIPI";
  }

  private String report(Processor cpu) {
    return StateReport.of(cpu, parts.symbols(), parts.engines().recentBlocks(cpu));
  }

  private static String stack(Throwable cause) {
    StringBuilder text = new StringBuilder(String.valueOf(cause));
    for (StackTraceElement frame : cause.getStackTrace()) {
      if (frame.getClassName().startsWith("io.tlbscope.core.run")) {
        break;
      }
      text.append("\n  at ").append(frame);
    }
    return text.toString();
  }

  /**
   * @param asked whose sections belong to the result, null for none
   */
  private RunResult result(Stop ended, String report, MachinePlugins asked) {
    // Sections first: a plugin's last look at the run may find violations.
    Map<String, Object> sections = asked == null ? Map.of() : asked.sections();
    List<Long> retired = new ArrayList<>();
    for (Processor cpu : parts.processors()) {
      retired.add(cpu.s.retired);
    }
    return new RunResult(
        ended.outcome(),
        ended.guestExit(),
        parts.scheduler().instructions(),
        retired,
        now(),
        violations.list(),
        sections,
        ended.reason(),
        report);
  }

  /** Ends the run for a reason of its own; the first reason wins. Any thread. */
  void stop(Stop reason) {
    stop.compareAndSet(null, reason);
    parts.scheduler().stop();
    if (parts.gdb() != null) {
      parts.gdb().release();
    }
  }

  /** Ends the run from outside: a signal, a time-out. Any thread. */
  @Override
  public void stop(String reason) {
    stop(new Stop(Outcome.STOPPED, 0, reason));
  }

  /** The port on which gdb is waited for, 0 where it is not. */
  public int gdbPort() {
    return parts.gdb() == null ? 0 : parts.gdb().port();
  }

  /** Name of the schedule, for the summary. */
  public String schedule() {
    return parts.scheduler().name();
  }

  /** Name of the engine, for the summary. */
  public String engine() {
    return parts.engines().name();
  }

  /** What the translator did, by name; empty when nothing is translated. */
  public Map<String, Object> engineStatistics() {
    return parts.engines().statistics();
  }

  /** The guest's symbols. */
  public io.tlbscope.core.plugin.PluginContext.Symbols symbols() {
    return parts.symbols();
  }

  /** What was woven for this machine, one line a hook point. */
  public List<String> woven() {
    return parts.plugins().wovenLines();
  }

  @Override
  public int vcpuCount() {
    return parts.processors().length;
  }

  @Override
  public Vcpu vcpu(int index) {
    return parts.processors()[index];
  }

  @Override
  public long now() {
    return parts.scheduler().now();
  }

  @Override
  public PhysicalAccess physical() {
    return parts.memory();
  }

  @Override
  public long schedule(long deadline, Runnable action) {
    return parts.scheduler().schedule(deadline, action);
  }

  @Override
  public void cancel(long handle) {
    parts.scheduler().cancel(handle);
  }

  @Override
  public void restore(long deadline, long handle, Runnable action) {
    parts.scheduler().restore(deadline, handle, action);
  }

  @Override
  public <T> T plugin(Class<T> type) {
    return parts.plugins().state(type);
  }

  @Override
  public void lock() {
    parts.memory().world().lock();
  }

  @Override
  public void unlock() {
    parts.memory().world().unlock();
  }

  @Override
  public void alone(Runnable action) {
    parts.memory().world().alone(action);
  }

  @Override
  public void shareTlbs() {
    parts.memory().world().shareTlbs();
  }

  @Override
  public boolean picOutput() {
    lock();
    try {
      return parts.platform().picOutput();
    } finally {
      unlock();
    }
  }

  @Override
  public int picAcknowledge() {
    lock();
    try {
      return parts.platform().picAcknowledge();
    } finally {
      unlock();
    }
  }

  @Override
  public void close() {
    if (parts.gdb() != null) {
      parts.gdb().close();
    }
    parts.engines().close();
    parts.plugins().close();
    parts.memory().close();
  }
}
