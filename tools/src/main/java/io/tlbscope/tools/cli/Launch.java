package io.tlbscope.tools.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.trace.StatisticsSink;
import io.tlbscope.core.trace.TeeSink;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.tools.console.Terminal;
import io.tlbscope.tools.machine.GuestMachine;
import io.tlbscope.tools.machine.MachineFactory;
import io.tlbscope.tools.machine.MachineSpec;
import io.tlbscope.tools.summary.RunFacts;
import io.tlbscope.tools.summary.ShootdownLatencies;
import io.tlbscope.tools.summary.Summary;
import io.tlbscope.tools.summary.SummaryText;
import io.tlbscope.tools.tracefile.TraceHeader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Carries out one run: checks, machine, progress, outputs, summary, exit code. */
final class Launch {
  /**
   * A broken rule says more than how the guest came to its end: a lost shootdown ends in a limit or
   * a deadlock.
   */
  private static final Set<ExitCode> ENDINGS_OF_GUESTS =
      EnumSet.of(ExitCode.OK, ExitCode.GUEST_DIED, ExitCode.LIMIT);

  private final MachineFactory machines;
  private final Terminal terminal;
  private final RunOptions options;
  private final boolean jsonToOut;

  /** Null where the seed alone decides on the schedule. */
  private final Replayed replay;

  private final StatisticsSink statistics = new StatisticsSink();
  private final ShootdownLatencies latencies = new ShootdownLatencies();

  /**
   * @param options completed
   */
  Launch(MachineFactory machines, Terminal terminal, RunOptions options) {
    this(machines, terminal, options, null);
  }

  /**
   * @param replay the schedule; null where the seed alone decides on it
   */
  Launch(MachineFactory machines, Terminal terminal, RunOptions options, Replayed replay) {
    this.replay = replay;
    this.machines = machines;
    this.terminal = terminal;
    this.options = options;
    this.jsonToOut = "-".equals(options.json);
  }

  /** Runs the guest and gives the process's exit code. */
  int run(String guestName) throws Problem {
    checkFiles();
    SavedRun saved = SavedRun.open(options);
    try (GuestFile guest = GuestFile.find(guestName);
        GuestInput input = GuestInput.open(options)) {
      if (replay != null) {
        replay.check(guest);
      }
      TraceHeader header =
          new TraceHeader(
              guest.name(),
              guest.sha256(),
              options.cpus,
              options.seed,
              shown(),
              replay != null ? replay.command() : options.command(guestName),
              Version.text());
      try (RunTrace trace = RunTrace.open(options, header);
          GuestMachine machine = build(guest, input, trace)) {
        saved.restore(machine);
        int exit = run(guest, trace, machine, saved);
        if (input.left() != null) {
          terminal.err().println("tlbscope: " + input.left());
        }
        return exit;
      }
    }
  }

  private void checkFiles() throws Problem {
    Outputs outputs = new Outputs();
    outputs.check("--trace", options.trace);
    outputs.check("--perfetto", options.perfetto);
    outputs.check("--report", options.report);
    outputs.check("--save", options.save);
    outputs.check("--record-input", options.recordInput);
    outputs.check("--json", options.json == null || jsonToOut ? null : Path.of(options.json));
    if (options.initrd != null && !Files.isReadable(options.initrd)) {
      throw new Problem(
          ExitCode.INPUT, "--initrd " + options.initrd + " cannot be read; give an existing file");
    }
  }

  /** The run's options as the trace and the report show them. */
  private Map<String, String> shown() {
    Map<String, String> shown = new TreeMap<>();
    List<String> words = options.command("");
    for (int n = 3; n < words.size(); n += 2) {
      shown.merge(
          words.get(n).substring(2), words.get(n + 1), (first, second) -> first + " " + second);
    }
    return shown;
  }

  private GuestMachine build(GuestFile guest, GuestInput input, RunTrace trace) throws Problem {
    MachineSpec spec =
        options.spec(
            guest.path(),
            terminal.guest(jsonToOut),
            input.stream(),
            TeeSink.of(List.of(statistics, latencies, trace.sink())),
            replay != null);
    try {
      return machines.build(spec);
    } catch (MachineException e) {
      throw new Problem(exitFor(e), e.getMessage(), e);
    }
  }

  static ExitCode exitFor(MachineException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof PluginException) {
        return ExitCode.PLUGIN;
      }
    }
    return e.getMessage() != null && e.getMessage().startsWith("--")
        ? ExitCode.USAGE
        : ExitCode.INPUT;
  }

  private int run(GuestFile guest, RunTrace trace, GuestMachine machine, SavedRun saved)
      throws Problem {
    try (Stopper stopper = new Stopper(machine, options.timeout)) {
      trace.onFailure(() -> stopper.stop(Stopper.Cause.OUTPUT, "the trace cannot be written"));
      if (options.gdb != null) {
        terminal
            .err()
            .printf(
                "tlbscope: waiting for gdb: target remote %s:%d%n",
                options.gdb.getHostString(), machine.gdbPort());
      }
      long start = System.nanoTime();
      long before = saved.before();
      RunResult result =
          run(
              saved,
              machine,
              (instructions, ticks) ->
                  terminal.progress(() -> progress(instructions - before, start)));
      double seconds = (System.nanoTime() - start) / 1e9;
      terminal.freshLine(jsonToOut);
      int exit = exit(result, stopper.cause());
      RunFacts facts =
          new RunFacts(
              Version.text(),
              guest.name(),
              guest.sha256(),
              options.cpus,
              options.memory,
              options.tlb,
              options.seed,
              options.meanSlice(),
              machine.engine(),
              machine.schedule(),
              options.memoryOrder,
              options.plugins);
      Map<String, Object> summary = Summary.of(facts, result, statistics, latencies, exit);
      summary.put("woven", machine.woven());
      Map<String, Object> figures = machine.engineStatistics();
      if (options.stats) {
        summary.put("engine_statistics", figures);
      }
      warnOfFailures(figures);
      long retired = result.instructions() - before;
      tell(result, summary, seconds, retired);
      if (replay != null) {
        replay.tell(result, terminal.err());
      }
      writeAll(
          saved::finish,
          () -> trace.finish(result.violations(), machine.symbols(), summary),
          () -> trace.writeReport(),
          () -> trace.writePerfetto(),
          () -> writeJson(summary, seconds, retired),
          this::outputsLine);
      return exit;
    }
  }

  private RunResult run(SavedRun saved, GuestMachine machine, Progress progress) {
    return replay == null ? saved.run(machine, progress) : replay.run(machine, progress);
  }

  /** Code that was not translated costs the user time and nothing else; the bug is ours. */
  private void warnOfFailures(Map<String, Object> figures) {
    if (figures.get("regions_failed") instanceof Integer failed && failed > 0) {
      terminal
          .err()
          .println(
              "tlbscope: "
                  + failed
                  + " regions of the guest's code could not be translated and were interpreted; this is a"
                  + " bug of tlbscope, --engine check shows where");
    }
  }

  private interface Output {
    void write() throws Problem;
  }

  /**
   * Every output is tried: what fails must not cost the others. The first failure is the command's,
   * the rest are told.
   */
  private void writeAll(Output... outputs) throws Problem {
    Problem first = null;
    for (Output output : outputs) {
      try {
        output.write();
      } catch (Problem e) {
        if (first == null) {
          first = e;
        } else {
          terminal.err().println("tlbscope: " + e.getMessage());
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private String progress(long instructions, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    String done = instructions < 10_000_000 ? "%,d thousand" : "%,d million";
    return "%.1f s · %s instructions, %.1f million/s · %,d shootdowns"
        .formatted(
            seconds,
            done.formatted(instructions / (instructions < 10_000_000 ? 1_000 : 1_000_000)),
            instructions / 1e6 / seconds,
            statistics.count(TraceKind.SHOOTDOWN_BEGIN));
  }

  private int exit(RunResult result, Stopper.Cause cause) {
    ExitCode exit =
        switch (result.outcome()) {
          case EXITED, POWERED_OFF, PAUSED -> ExitCode.OK;
          case GUEST_DIED, DEADLOCK -> ExitCode.GUEST_DIED;
          case INSTRUCTION_LIMIT -> ExitCode.LIMIT;
          case VIOLATION -> ExitCode.VIOLATION;
          case EMULATOR_ERROR -> ExitCode.EMULATOR;
          case PLUGIN_ERROR -> ExitCode.PLUGIN;
          case STOPPED ->
              switch (cause) {
                case TIMEOUT -> ExitCode.LIMIT;
                case INTERRUPT -> ExitCode.INTERRUPTED;
                case OUTPUT -> ExitCode.OUTPUT;
                case NONE ->
                    terminal.isBroken()
                        ? ExitCode.OUTPUT
                        : options.gdb != null ? ExitCode.INTERRUPTED : ExitCode.PLUGIN;
              };
        };
    if (ENDINGS_OF_GUESTS.contains(exit) && !result.violations().isEmpty()) {
      return ExitCode.VIOLATION.code();
    }
    return exit == ExitCode.OK && result.outcome() == Outcome.EXITED
        ? result.guestExit() & 0xFF
        : exit.code();
  }

  /**
   * @param retired instructions in these seconds
   */
  private void tell(RunResult result, Map<String, Object> summary, double seconds, long retired) {
    PrintStream stream = jsonToOut ? terminal.err() : terminal.out();
    if (!result.report().isEmpty()) {
      terminal.err().println(result.report().stripTrailing());
    }
    SummaryText.lines(summary, terminal.width()).forEach(stream::println);
    stream.printf(
        "  host         %.2f s, %.1f million instructions a second%n",
        seconds, retired / 1e6 / Math.max(seconds, 1e-9));
    if (options.cpus > 1 && options.plugins.isEmpty()) {
      stream.println(
          "  note         without a plugin there is no APIC, so only CPU 0 can start; add --plugin apic");
    }
    stream.flush();
  }

  private void writeJson(Map<String, Object> summary, double seconds, long retired) throws Problem {
    if (options.json == null) {
      return;
    }
    Map<String, Object> json = new LinkedHashMap<>(summary);
    json.put(
        "host",
        Map.of(
            "seconds",
            seconds,
            "instructions_per_second",
            Math.round(retired / Math.max(seconds, 1e-9))));
    try {
      String text =
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
      if (jsonToOut) {
        terminal.out().print(text);
        if (terminal.out().checkError()) {
          throw new Problem(
              ExitCode.OUTPUT, "--json - cannot be written: standard output is closed or full");
        }
      } else {
        Files.writeString(Path.of(options.json), text);
      }
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT,
          "--json "
              + options.json
              + " cannot be written ("
              + Outputs.cause(e)
              + "); choose another place",
          e);
    }
  }

  private void outputsLine() throws Problem {
    if (terminal.isBroken()) {
      throw new Problem(
          ExitCode.OUTPUT, "the run was stopped: its standard output was closed or is full");
    }
    if (!jsonToOut && terminal.out().checkError()) {
      throw new Problem(
          ExitCode.OUTPUT, "standard output was closed or is full, so the summary is incomplete");
    }
    if (options.report != null && Files.exists(options.report)) {
      (jsonToOut ? terminal.err() : terminal.out())
          .println("  report       " + options.report.toAbsolutePath().normalize());
    }
  }
}
