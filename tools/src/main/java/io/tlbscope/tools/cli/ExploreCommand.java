package io.tlbscope.tools.cli;

import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.explore.Explorer;
import io.tlbscope.tools.explore.ExplorerResult;
import io.tlbscope.tools.explore.ExplorerSettings;
import io.tlbscope.tools.explore.StrategyKind;
import io.tlbscope.tools.machine.MachineSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "explore",
    description =
        "Run a guest under many schedules and look for one under which it breaks a rule, dies, deadlocks or hangs. Writes a"
            + " small file for each finding that 'replay' runs again. Ends with 18 if something was found.")
final class ExploreCommand extends Command {
  /** Options of run that a replay file has. */
  static final List<String> MACHINE_OPTIONS =
      List.of(
          "--cpus",
          "--memory",
          "--plugin",
          "--plugin-path",
          "--cpu",
          "--tlb",
          "--memory-order",
          "--engine",
          "--append",
          "--initrd",
          "--load-address",
          "--entry",
          "--mode",
          "--max-instructions",
          "--code-cache");

  /** Options of run whose place an exploration takes. */
  static final List<String> SCHEDULE_OPTIONS = List.of("--schedule", "--seed", "--quantum");

  /** An exploration has snapshots of its own. */
  static final List<String> SNAPSHOT_OPTIONS = List.of("--save", "--save-at", "--restore");

  /** What the bundled guests are written for. */
  private static final List<String> BUNDLED_PLUGINS = List.of("apic", "pmap");

  private static final int CPUS = 2;

  /** Instructions in which a guest has to come to its marker. */
  static final long MOST_BOOT = 200_000_000;

  private static final int MOST_DEPTH = 100;
  private static final int PCT_DEPTH = 3;
  private static final int BOUNDED_DEPTH = 2;

  @Parameters(
      paramLabel = "GUEST",
      description = "an image's file, or a bundled guest's name ('tlbscope guests')")
  private String guest;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description =
          "'pct': random priorities that change at a few places (the default); 'random': random slices; 'bounded': no"
              + " preemption, then each single one, then each two")
  private String strategy = "pct";

  @Option(
      names = "--seeds",
      paramLabel = "A..B",
      converter = SeedRange.Converter.class,
      description =
          "the schedules to run, by number; a number is the same schedule each time (default 1..1000)")
  private SeedRange seeds = new SeedRange(1, 1000);

  @Option(
      names = "--depth",
      paramLabel = "N",
      description =
          "pct: one more than the changes of priority (default 3); bounded: most preemptions of a schedule (default 2)")
  private Integer depth;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "schedules to run at once (default: the host's CPUs)")
  private int jobs = Runtime.getRuntime().availableProcessors();

  @Option(names = "--all", description = "go on behind the first finding")
  private boolean all;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where replay files go (default: the current folder)")
  private Path out = Path.of("");

  @Mixin private final RunOptions options = new RunOptions();

  ExploreCommand(Context context) {
    super(context);
  }

  @Override
  void shape(CommandLine.Model.CommandSpec whole) {
    leaveOut(whole, SCHEDULE_OPTIONS.toArray(String[]::new));
    leaveOut(whole, "--trace", "--perfetto", "--report", "--stats", "--gdb");
    leaveOut(whole, SNAPSHOT_OPTIONS.toArray(String[]::new));
  }

  @Override
  public Integer call() throws Problem {
    StrategyKind kind = check();
    // The translator pays in runs of millions of instructions alone.
    StanzaDefaults.of(guest).ifPresent(stanza -> StanzaDefaults.fill(options, stanza, this::given));
    options.engine = given("--engine") ? options.engine : "interpret";
    options.seed = 0L;
    options.complete(CPUS, GuestFile.isBundled(guest) ? BUNDLED_PLUGINS : List.of());
    int used = depth != null ? depth : usualDepth(kind);
    ExplorerSettings settings =
        new ExplorerSettings(
            options.cpus,
            kind,
            seeds.first(),
            seeds.last(),
            used,
            jobs,
            all,
            options.maxInstructions == null
                ? StanzaDefaults.of(guest).map(StanzaDefaults::timeout).orElse(0L)
                : options.maxInstructions,
            options.timeout == null ? Double.POSITIVE_INFINITY : options.timeout);
    options.maxInstructions = MOST_BOOT;
    try (GuestFile image = GuestFile.find(guest)) {
      Files.createDirectories(out);
      MachineSpec spec =
          options.spec(image.path(), OutputStream.nullOutputStream(), null, TraceSink.NONE, true);
      ExplorerResult result =
          Explorer.explore(
              context().machines(), spec, settings, new ExploreProgress(context().terminal(), ""));
      context().terminal().clear();
      ExploreReport report = new ExploreReport(image, guest, options, settings, result, out);
      report.writeFiles();
      report.tell(context().terminal());
      return result.findings().isEmpty() ? ExitCode.OK.code() : ExitCode.FINDING.code();
    } catch (MachineException e) {
      throw new Problem(Launch.exitFor(e), e.getMessage(), e);
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT, "--out " + out + " cannot be written (" + Outputs.cause(e) + ")", e);
    }
  }

  private boolean given(String option) {
    return commandLine().getParseResult().hasMatchedOption(option);
  }

  private StrategyKind check() throws Problem {
    check(jobs >= 1, "--jobs " + jobs + " leaves nobody to work; give 1 or more");
    check(
        depth == null || depth >= 1 && depth <= MOST_DEPTH,
        "--depth " + depth + " is out of range; give 1 to " + MOST_DEPTH);
    return strategy("--strategy", strategy);
  }

  /** The strategy of this name. */
  static StrategyKind strategy(String option, String name) throws Problem {
    for (StrategyKind kind : StrategyKind.values()) {
      if (kind.text().equals(name)) {
        return kind;
      }
    }
    throw new Problem(
        ExitCode.USAGE, option + " " + name + " is unknown; give pct, random or bounded");
  }

  /** Where no depth is given. */
  static int usualDepth(StrategyKind kind) {
    return kind == StrategyKind.PCT ? PCT_DEPTH : BOUNDED_DEPTH;
  }

  private static void check(boolean holds, String message) throws Problem {
    if (!holds) {
      throw new Problem(ExitCode.USAGE, message);
    }
  }
}
