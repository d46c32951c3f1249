package io.tlbscope.tools.summary;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The violations of a summary for people: one block each, those of the same code told once and
 * counted.
 */
final class ViolationText {
  /** Blocks shown; the rest is counted. */
  private static final int BLOCKS = 8;

  private static final String INDENT = "    ";
  private static final String INNER = INDENT + "  ";

  private final int width;
  private final List<String> lines = new ArrayList<>();

  private ViolationText(int width) {
    this.width = width;
  }

  /**
   * @param violations as in the JSON summary
   * @param width columns of the terminal
   */
  static List<String> lines(List<?> violations, int width) {
    Map<List<Object>, List<Map<?, ?>>> alike = new LinkedHashMap<>();
    for (Object each : violations) {
      Map<?, ?> violation = (Map<?, ?>) each;
      alike
          .computeIfAbsent(
              List.of(violation.get("kind"), violation.get("rip"), writer(violation)),
              key -> new ArrayList<>())
          .add(violation);
    }
    ViolationText text = new ViolationText(width);
    alike.values().stream().limit(BLOCKS).forEach(text::block);
    long rest = alike.values().stream().skip(BLOCKS).mapToLong(List::size).sum();
    if (rest > 0) {
      text.lines.add(
          INDENT + "and " + number(rest) + " more elsewhere; --json and --report have all");
    }
    return text.lines;
  }

  private static Object writer(Map<?, ?> violation) {
    Object rip = part(violation, "writer").get("rip");
    return rip == null ? "" : rip;
  }

  private static Map<?, ?> part(Map<?, ?> violation, String name) {
    return violation.get("details") instanceof Map<?, ?> details
            && details.get(name) instanceof Map<?, ?> part
        ? part
        : Map.of();
  }

  private void block(List<Map<?, ?>> alike) {
    Map<?, ?> first = alike.getFirst();
    wrap(INDENT, INNER, first.get("kind") + " on " + place(first));
    wrap(INNER, INNER, String.valueOf(first.get("message")));
    details(first);
    if (alike.size() > 1) {
      wrap(
          INNER,
          INNER,
          "and "
              + number(alike.size() - 1)
              + " more like it, the last one at tick "
              + number(((Number) alike.getLast().get("time")).longValue()));
    }
  }

  private void details(Map<?, ?> violation) {
    Map<?, ?> writer = part(violation, "writer");
    Map<?, ?> entry = part(violation, "entry");
    Map<?, ?> use = part(violation, "use");
    if (!writer.isEmpty()) {
      row(
          "writer",
          "%s, entry at %s: %s -> %s"
              .formatted(
                  place(writer), writer.get("pte"), writer.get("before"), writer.get("after")));
    }
    if (!entry.isEmpty()) {
      row(
          "entry",
          "%s -> %s, %s, %s"
              .formatted(
                  entry.get("va"),
                  entry.get("pa"),
                  Boolean.TRUE.equals(entry.get("global")) ? "global" : "PCID " + entry.get("pcid"),
                  entry.get("level")));
    }
    Map<?, ?> reuse = part(violation, "new_use");
    if (!reuse.isEmpty()) {
      row("new use", place(reuse) + (reuse.get("how") == null ? "" : ", " + reuse.get("how")));
    }
    Map<?, ?> declared = part(violation, "declared");
    if (!declared.isEmpty()) {
      row("declared", place(declared));
    }
    if (!use.isEmpty()) {
      row(
          "use",
          place(use) + ", " + use.get("access") + " of " + use.get("va") + after(writer, use));
    }
    if (violation.get("details") instanceof Map<?, ?> details && details.get("missing") != null) {
      row("missing", String.valueOf(details.get("missing")));
    }
  }

  private static String after(Map<?, ?> writer, Map<?, ?> use) {
    return writer.get("time") instanceof Number from && use.get("time") instanceof Number to
        ? ", " + SummaryText.duration(to.longValue() - from.longValue()) + " after the writer"
        : "";
  }

  /** As in "CPU 1 at 0x1030d9 pmap_enter+0x19". */
  private static String place(Map<?, ?> place) {
    String symbol = String.valueOf(place.get("symbol"));
    return "CPU "
        + place.get("cpu")
        + " at "
        + place.get("rip")
        + (symbol.isEmpty() ? "" : " " + symbol);
  }

  private void row(String name, String text) {
    wrap(INNER + "%-9s".formatted(name), INNER + " ".repeat(9), text);
  }

  /** Breaks the text between words; a word that is wider than a line stays whole. */
  private void wrap(String first, String rest, String text) {
    StringBuilder line = new StringBuilder(first);
    boolean fresh = true;
    for (String word : text.split(" ")) {
      if (!fresh && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
        line.append(rest);
        fresh = true;
      }
      line.append(fresh ? "" : " ").append(word);
      fresh = false;
    }
    lines.add(line.toString());
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
