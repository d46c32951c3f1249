package io.tlbscope.tools.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.tools.console.Terminal;
import io.tlbscope.tools.explore.ExplorerResult;
import io.tlbscope.tools.explore.ExplorerSettings;
import io.tlbscope.tools.explore.Finding;
import io.tlbscope.tools.explore.ReplayFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an exploration leaves: replay files, the text, JSON. */
final class ExploreReport {
  /** Words of {@link RunOptions#command} before its options. */
  private static final int COMMAND_WORDS = 3;

  private final GuestFile image;
  private final String guest;
  private final RunOptions options;
  private final ExplorerSettings settings;
  private final ExplorerResult result;
  private final Path folder;

  /** The file of each finding, null where none can be. */
  private final List<Path> files = new ArrayList<>();

  /**
   * @param guest as the user named it
   * @param options of the machine
   * @param folder where replay files go
   */
  ExploreReport(
      GuestFile image,
      String guest,
      RunOptions options,
      ExplorerSettings settings,
      ExplorerResult result,
      Path folder) {
    this.image = image;
    this.guest = guest;
    this.options = options;
    this.settings = settings;
    this.result = result;
    this.folder = folder;
  }

  void writeFiles() throws IOException {
    List<String> words = options.command(guest);
    List<String> machine = words.subList(COMMAND_WORDS, words.size());
    for (Finding finding : result.findings()) {
      if (!finding.replays()) {
        files.add(null);
        continue;
      }
      Path file =
          folder.resolve(
              "%s-%s-%s-%d.replay"
                  .formatted(
                      image.name().replaceFirst("\\.elf$", ""),
                      finding.symptom().kind(),
                      finding.strategyName(),
                      finding.seed()));
      new ReplayFile(
              Version.text(),
              guest,
              image.sha256(),
              machine,
              result.marked(),
              result.maxInstructions(),
              finding.strategyName(),
              finding.seed(),
              settings.depth(),
              finding.symptom().kind(),
              finding.symptom().text(),
              finding.instructions(),
              finding.ticks(),
              finding.preemptions())
          .write(file);
      files.add(file);
    }
  }

  void tell(Terminal terminal) throws Problem {
    boolean jsonToOut = "-".equals(options.json);
    PrintStream stream = jsonToOut ? terminal.err() : terminal.out();
    lines().forEach(stream::println);
    stream.flush();
    if (options.json == null) {
      return;
    }
    try {
      String text =
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n";
      if (jsonToOut) {
        terminal.out().print(text);
      } else {
        Files.writeString(Path.of(options.json), text);
      }
    } catch (IOException e) {
      throw new Problem(
          ExitCode.OUTPUT,
          "--json " + options.json + " cannot be written (" + Outputs.cause(e) + ")",
          e);
    }
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    String end =
        result.timedOut()
            ? "; time was over"
            : result.exhausted() ? "; the strategy has no more" : "";
    lines.add(
        "%s: %,d schedules of %s (%s), %.1f s, %,.0f a second with %d jobs%s"
            .formatted(
                guest,
                result.schedules(),
                settings.strategy().text(),
                new SeedRange(settings.first(), settings.last()),
                result.seconds(),
                result.schedules() / Math.max(result.seconds(), 1e-9),
                settings.jobs(),
                end));
    lines.add(
        "  explored from %s on; the plain order takes %,d instructions, %,d count as a hang"
            .formatted(
                result.marked() ? "the marker" : "reset",
                result.plainInstructions(),
                result.maxInstructions()));
    if (result.findings().isEmpty()) {
      lines.add("  nothing found");
    }
    for (int i = 0; i < files.size(); i++) {
      Finding finding = result.findings().get(i);
      lines.add("  " + finding.symptom().text());
      lines.add("    " + how(finding));
      lines.add(
          files.get(i) == null
              ? "    the schedule is too long for a replay file; its seed runs it again"
              : "    ./tlbscope replay " + files.get(i));
    }
    return lines;
  }

  private String how(Finding finding) {
    if (finding.strategy() == null) {
      return "needs no preemption: the plain order shows it";
    }
    String seed = "seed " + finding.seed();
    String more =
        finding.schedules() > 1 ? ", and %,d more".formatted(finding.schedules() - 1) : "";
    return "%s%s; %,d preemptions, %,d after minimising in %,d runs"
        .formatted(
            seed, more, finding.found(), finding.preemptions().size(), finding.minimisingRuns());
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", "tlbscope-exploration-1");
    json.put("version", Version.text());
    json.put("guest", image.name());
    json.put("guest_sha256", image.sha256());
    json.put("strategy", settings.strategy().text());
    json.put("depth", settings.depth());
    json.put("first_seed", settings.first());
    json.put("last_seed", settings.last());
    json.put("from", result.marked() ? "marker" : "reset");
    json.put("plain_instructions", result.plainInstructions());
    json.put("max_instructions", result.maxInstructions());
    json.put("schedules", result.schedules());
    json.put("exhausted", result.exhausted());
    json.put("timed_out", result.timedOut());
    List<Map<String, Object>> findings = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      findings.add(json(result.findings().get(i), files.get(i)));
    }
    json.put("findings", findings);
    json.put(
        "host",
        Map.of(
            "jobs",
            settings.jobs(),
            "seconds",
            result.seconds(),
            "schedules_per_second",
            result.schedules() / Math.max(result.seconds(), 1e-9)));
    return json;
  }

  private static Map<String, Object> json(Finding finding, Path file) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", finding.symptom().kind());
    json.put("text", finding.symptom().text());
    json.put("strategy", finding.strategyName());
    json.put("seed", finding.seed());
    json.put("schedules", finding.schedules());
    json.put("preemptions_found", finding.found());
    json.put("preemptions", finding.preemptions().size());
    json.put("minimising_runs", finding.minimisingRuns());
    json.put("replay", file == null ? null : file.toString());
    return json;
  }
}
