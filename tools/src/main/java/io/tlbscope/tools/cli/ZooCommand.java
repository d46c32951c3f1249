package io.tlbscope.tools.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;
import io.tlbscope.tools.explore.Explorer;
import io.tlbscope.tools.explore.ExplorerResult;
import io.tlbscope.tools.explore.ExplorerSettings;
import io.tlbscope.tools.explore.StrategyKind;
import io.tlbscope.tools.explore.ZooRow;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
    name = "zoo",
    description =
        "Explore every guest of the zoo, each a bug of a kernel, and its twin after the fix, under each strategy: what finds"
            + " which, and how soon. Ends with 18 if something was found in a twin.")
final class ZooCommand extends Command {
  private static final String PREFIX = "zoo-";
  private static final long FIRST = 1;

  @Option(
      names = "--strategies",
      paramLabel = "A,B",
      split = ",",
      description = "of pct, random and bounded (default: all)")
  private List<String> strategies = List.of("pct", "random", "bounded");

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "schedules to try of each strategy (default 1000)")
  private long seeds = 1000;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "host time for one guest under one strategy (default 60)")
  private double timeout = 60;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "schedules to run at once (default: the host's CPUs)")
  private int jobs = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--guests",
      paramLabel = "NAME",
      split = ",",
      description = "these guests alone, without their prefix zoo-")
  private List<String> guests = List.of();

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "put the table between the marks of this page, as in docs/zoo.md")
  private Path page;

  @Option(names = "--json", description = "the table as JSON on standard output")
  private boolean json;

  ZooCommand(Context context) {
    super(context);
  }

  /** Guests with a bug, in the zoo's order. */
  static List<Stanza> bugs() {
    return Guests.stanzas().stream()
        .filter(stanza -> stanza.name().startsWith(PREFIX) && stanza.keys().containsKey("twin"))
        .toList();
  }

  @Override
  public Integer call() throws Problem {
    List<StrategyKind> kinds = new ArrayList<>();
    for (String name : strategies) {
      kinds.add(ExploreCommand.strategy("--strategies", name));
    }
    if (seeds < 1 || jobs < 1 || timeout <= 0) {
      throw new Problem(ExitCode.USAGE, "--seeds, --jobs and --timeout want something above 0");
    }
    List<Stanza> chosen =
        bugs().stream()
            .filter(
                stanza ->
                    guests.isEmpty() || guests.contains(stanza.name().substring(PREFIX.length())))
            .toList();
    if (chosen.isEmpty()) {
      throw new Problem(
          ExitCode.USAGE,
          "--guests "
              + String.join(",", guests)
              + " names none of the zoo; 'tlbscope guests' lists them");
    }
    ZooTable table = new ZooTable(FIRST);
    PrintStream text = json ? context().terminal().err() : context().terminal().out();
    text.println(ZooTable.heading());
    List<ZooRow> rows = new ArrayList<>();
    for (Stanza stanza : chosen) {
      for (StrategyKind kind : kinds) {
        ZooRow row =
            new ZooRow(
                stanza.name(),
                kind,
                explore(stanza.name(), kind),
                explore(stanza.get("twin", ""), kind));
        rows.add(row);
        context().terminal().clear();
        text.println(table.line(row));
      }
    }
    ZooTable.findings(rows).forEach(text::println);
    finish(table, rows);
    boolean wrong =
        rows.stream().anyMatch(row -> row.twin() != null && !row.twin().findings().isEmpty());
    return wrong ? ExitCode.FINDING.code() : ExitCode.OK.code();
  }

  private void finish(ZooTable table, List<ZooRow> rows) throws Problem {
    try {
      if (page != null) {
        table.write(page, rows);
      }
      if (json) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("format", "tlbscope-zoo-1");
        all.put("version", Version.text());
        all.put("seeds", seeds);
        all.put("rows", rows.stream().map(table::json).toList());
        print(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
      }
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT, "--page " + page + " cannot be written (" + Outputs.cause(e) + ")", e);
    }
  }

  /** Null where there is no such guest. */
  private ExplorerResult explore(String name, StrategyKind kind) throws Problem {
    Stanza stanza = StanzaDefaults.of(name).orElse(null);
    if (stanza == null) {
      return null;
    }
    RunOptions options = new RunOptions();
    StanzaDefaults.fill(options, stanza, option -> false);
    options.engine = "interpret";
    options.seed = 0L;
    options.maxInstructions = ExploreCommand.MOST_BOOT;
    options.complete(1, List.of());
    ExplorerSettings settings =
        new ExplorerSettings(
            options.cpus,
            kind,
            FIRST,
            FIRST + seeds - 1,
            ExploreCommand.usualDepth(kind),
            jobs,
            false,
            StanzaDefaults.timeout(stanza),
            timeout);
    try (GuestFile image = GuestFile.find(name)) {
      return Explorer.explore(
          context().machines(),
          options.spec(image.path(), OutputStream.nullOutputStream(), null, TraceSink.NONE, true),
          settings,
          new ExploreProgress(context().terminal(), name + " · " + kind.text() + " · "));
    } catch (MachineException e) {
      throw new Problem(Launch.exitFor(e), e.getMessage(), e);
    }
  }
}
