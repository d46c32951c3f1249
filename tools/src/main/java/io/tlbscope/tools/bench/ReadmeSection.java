package io.tlbscope.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of a Markdown page that the result fills: between {@link #BEGIN} and {@link #END}. */
final class ReadmeSection {
  static final String BEGIN = "<!-- bench -->\n";
  static final String END = "<!-- /bench -->\n";

  private ReadmeSection() {}

  /**
   * The page with the part replaced; empty when the two markers do not stand there once each, in
   * this order, each on a line of its own.
   */
  static Optional<String> replace(String page, String part) {
    int begin = at(page, BEGIN);
    int end = at(page, END);
    if (begin < 0 || end < begin) {
      return Optional.empty();
    }
    return Optional.of(page.substring(0, begin + BEGIN.length()) + part + page.substring(end));
  }

  /** Where the marker's line begins; -1 unless it is there exactly once. */
  private static int at(String page, String marker) {
    int at = page.startsWith(marker) ? 0 : page.indexOf("\n" + marker) + 1;
    boolean there = page.startsWith(marker, at);
    return there && page.indexOf("\n" + marker, at) < 0 ? at : -1;
  }

  /** The result in Markdown. */
  static String markdown(BenchResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Made by `%s` on %s (%s processors), %s; medians, half of the spread of the runs behind ±."
            .formatted(
                result.command(),
                result.host().getOrDefault("processor", "an unknown processor"),
                result.host().getOrDefault("processors", "?"),
                result.date().substring(0, Math.min(10, result.date().length()))));
    lines.add("");
    ResultTables.sentences(result).forEach(line -> lines.add("- " + line));
    for (ResultTables.Table table : ResultTables.of(result)) {
      lines.add("");
      lines.add("**" + table.title() + "**");
      lines.add("");
      lines.add(row(table.heads()));
      lines.add("|" + "---|".repeat(2) + "---:|".repeat(table.heads().size() - 2));
      table.rows().forEach(row -> lines.add(row(row)));
    }
    lines.add("");
    ResultTables.skipped(result).forEach(line -> lines.add("- " + line));
    return String.join("\n", lines).strip() + "\n";
  }

  private static String row(List<String> words) {
    return "| "
        + String.join(" | ", words.stream().map(word -> word.replace("|", "\\|")).toList())
        + " |";
  }
}
