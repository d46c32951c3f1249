package io.tlbscope.tools.cli;

import io.tlbscope.tools.explore.Finding;
import io.tlbscope.tools.explore.ZooRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The zoo's results as text, as Markdown on a page, as JSON. */
final class ZooTable {
  static final String START = "<!-- zoo -->\n";
  static final String END = "<!-- /zoo -->";
  private static final String FORM = "%-36s %-8s %-34s %9s %8s %8s   %s";

  private final long first;

  /**
   * @param first number of the first schedule
   */
  ZooTable(long first) {
    this.first = first;
  }

  static String heading() {
    return FORM.formatted(
        "guest", "strategy", "finding", "schedules", "seconds", "preempt.", "after the fix");
  }

  String line(ZooRow row) {
    return FORM.formatted(
            row.guest(),
            row.strategy().text(),
            finding(row),
            row.schedules(first),
            seconds(row),
            preemptions(row),
            twin(row))
        .stripTrailing();
  }

  private static String finding(ZooRow row) {
    return row.finding() == null ? "-" : row.finding().symptom().kind();
  }

  private static String seconds(ZooRow row) {
    return String.format(Locale.ROOT, "%.2f", row.bug().seconds());
  }

  private static String preemptions(ZooRow row) {
    Finding finding = row.finding();
    return finding == null ? "" : finding.found() + " → " + finding.preemptions().size();
  }

  private static String twin(ZooRow row) {
    return row.twin() == null
        ? ""
        : row.twin().findings().isEmpty()
            ? "nothing in " + row.twin().schedules()
            : row.twin().findings().getFirst().symptom().kind() + "!";
  }

  /** Puts the table between the page's marks. */
  void write(Path page, List<ZooRow> rows) throws IOException, Problem {
    String text = Files.readString(page);
    int from = text.indexOf(START);
    int to = text.indexOf(END);
    if (from < 0 || to < from) {
      throw new Problem(
          ExitCode.INPUT,
          "--page " + page + " has no lines <!-- zoo --> and <!-- /zoo -->; add them");
    }
    Files.writeString(
        page, text.substring(0, from + START.length()) + markdown(rows) + text.substring(to));
  }

  private String markdown(List<ZooRow> rows) {
    StringBuilder text =
        new StringBuilder(
            "| guest | strategy | finding | schedules | seconds | preemptions, minimised | after the fix |\n"
                + "|---|---|---|---:|---:|---:|---|\n");
    for (ZooRow row : rows) {
      text.append("| ")
          .append(
              String.join(
                  " | ",
                  row.guest(),
                  row.strategy().text(),
                  finding(row),
                  Long.toString(row.schedules(first)),
                  seconds(row),
                  preemptions(row),
                  twin(row)))
          .append(" |\n");
    }
    return text.toString();
  }

  Map<String, Object> json(ZooRow row) {
    Map<String, Object> json = new LinkedHashMap<>();
    Finding finding = row.finding();
    json.put("guest", row.guest());
    json.put("strategy", row.strategy().text());
    json.put("kind", finding == null ? null : finding.symptom().kind());
    json.put("text", finding == null ? null : finding.symptom().text());
    json.put("schedules", row.schedules(first));
    json.put("seconds", row.bug().seconds());
    json.put("preemptions_found", finding == null ? null : finding.found());
    json.put("preemptions", finding == null ? null : finding.preemptions().size());
    json.put("twin_schedules", row.twin() == null ? null : row.twin().schedules());
    json.put(
        "twin_findings",
        row.twin() == null
            ? List.of()
            : row.twin().findings().stream().map(each -> each.symptom().text()).toList());
    return json;
  }

  /** Text of findings below the table. */
  static List<String> findings(List<ZooRow> rows) {
    List<String> lines = new ArrayList<>();
    for (ZooRow row : rows) {
      if (row.finding() != null) {
        lines.add(
            row.guest() + " (" + row.strategy().text() + "): " + row.finding().symptom().text());
      }
    }
    return lines;
  }
}
