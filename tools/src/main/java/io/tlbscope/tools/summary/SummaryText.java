package io.tlbscope.tools.summary;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The summary for people, made from the JSON summary's maps so that both always agree. */
public final class SummaryText {
  /** CPUs listed; the rest is counted. */
  private static final int LISTED = 16;

  private SummaryText() {}

  /**
   * Lines without line ends.
   *
   * @param width columns at which sentences are broken
   */
  public static List<String> lines(Map<String, Object> summary, int width) {
    List<String> lines = new ArrayList<>();
    lines.add("%s: %s".formatted(summary.get("guest"), ending(summary)));
    lines.add(
        line(
            "machine",
            "%s, seed %s, %s, %s%s",
            plural(summary.get("cpus"), "CPU"),
            summary.get("seed"),
            summary.get("engine"),
            summary.get("schedule"),
            summary.containsKey("memory_order") ? ", " + summary.get("memory_order") : ""));
    lines.add(
        line(
            "ran",
            "%s instructions in %s of guest time",
            number(summary.get("instructions")),
            duration(summary.get("ticks"))));
    Map<?, ?> shootdowns = (Map<?, ?>) summary.get("shootdowns");
    long open =
        count(shootdowns, "initiated") - count(shootdowns, "completed") - count(shootdowns, "lost");
    lines.add(
        line(
            "shootdowns",
            "%s initiated, %s completed, %s lost%s",
            number(shootdowns.get("initiated")),
            number(shootdowns.get("completed")),
            number(shootdowns.get("lost")),
            open > 0 ? ", " + number(open) + " under way at the end" : ""));
    Map<?, ?> latency = (Map<?, ?>) ((Map<?, ?>) shootdowns.get("latency")).get("all");
    times(lines, "latency", "ICR write to last acknowledgement", latency);
    times(
        lines,
        "wait",
        "initiator, from filled record to release",
        (Map<?, ?>) shootdowns.get("wait"));
    Map<?, ?> ipis = (Map<?, ?>) summary.get("ipis");
    lines.add(
        line(
            "IPIs",
            "%s sent, %s merged into a pending one",
            number(ipis.get("sent")),
            number(ipis.get("merged"))));
    Map<?, ?> tlb = (Map<?, ?>) summary.get("tlb");
    lines.add(
        line(
            "TLB entries",
            "%s filled, %s evicted, %s dropped, %s of them needlessly",
            number(tlb.get("filled")),
            number(tlb.get("evicted")),
            number(tlb.get("dropped")),
            number(tlb.get("over_invalidated"))));
    stale(summary, lines);
    violations(summary, lines, width);
    engine(summary, lines);
    cpus(summary, lines);
    return lines;
  }

  /** What {@code --stats} asked for, one line a figure; groups of figures share a line. */
  private static void engine(Map<String, Object> summary, List<String> lines) {
    if (!(summary.get("engine_statistics") instanceof Map<?, ?> figures)) {
      return;
    }
    lines.add(line("engine", "%s", figures.isEmpty() ? "nothing is translated" : ""));
    figures.forEach(
        (name, value) ->
            lines.add(
                "    %-24s %s"
                    .formatted(String.valueOf(name).replace('_', ' '), engineFigure(value))));
  }

  private static String engineFigure(Object value) {
    if (value instanceof Map<?, ?> group) {
      return String.join(
          ", ",
          group.entrySet().stream()
              .map(each -> each.getKey() + " " + engineFigure(each.getValue()))
              .toList());
    }
    return value instanceof Double share
        ? String.format(Locale.ROOT, "%.4f", share)
        : number(value);
  }

  private static String ending(Map<String, Object> summary) {
    return switch ((String) summary.get("outcome")) {
      case "exited" -> "exited with status " + summary.get("guest_exit");
      case "powered-off" -> "powered off";
      case "guest-died" -> "died: " + summary.get("reason");
      default -> String.valueOf(summary.get("reason"));
    };
  }

  private static void violations(Map<String, Object> summary, List<String> lines, int width) {
    List<?> violations = (List<?>) summary.get("violations");
    lines.add(line("violations", "%s", violations.isEmpty() ? "none" : number(violations.size())));
    lines.addAll(ViolationText.lines(violations, width));
  }

  /** What the sanitizer counted, where it was asked for. */
  private static void stale(Map<String, Object> summary, List<String> lines) {
    if (summary.get("stale") instanceof Map<?, ?> stale) {
      lines.add(
          line(
              "stale",
              "%s entries made stale, %s restored; %s uses, %s of them violations; %s over-invalidated",
              number(stale.get("entries_made_stale")),
              number(stale.get("restored")),
              number(stale.get("stale_uses")),
              number(stale.get("violations")),
              number(stale.get("over_invalidated"))));
    }
  }

  private static void cpus(Map<String, Object> summary, List<String> lines) {
    List<?> cpus = (List<?>) summary.get("per_cpu");
    if (cpus.size() < 2) {
      return;
    }
    String[] heads = {
      "cpu",
      "instructions",
      "interrupts",
      "shootdowns_initiated",
      "requests_served",
      "tlb_filled",
      "tlb_dropped"
    };
    lines.add(
        "  %4s %14s %11s %10s %8s %10s %11s"
            .formatted(
                "CPU",
                "instructions",
                "interrupts",
                "initiated",
                "served",
                "TLB fills",
                "TLB drops"));
    for (Object each : cpus.stream().limit(LISTED).toList()) {
      Map<?, ?> cpu = (Map<?, ?>) each;
      Object[] cells = new Object[heads.length];
      for (int n = 0; n < heads.length; n++) {
        cells[n] = number(cpu.get(heads[n]));
      }
      lines.add("  %4s %14s %11s %10s %8s %10s %11s".formatted(cells));
    }
    if (cpus.size() > LISTED) {
      lines.add("  and " + (cpus.size() - LISTED) + " more CPUs");
    }
  }

  private static void times(List<String> lines, String name, String what, Map<?, ?> ticks) {
    if (count(ticks, "count") > 0) {
      lines.add(
          line(
              name,
              "%s: median %s, 99 %% below %s, at most %s",
              what,
              duration(ticks.get("p50")),
              duration(ticks.get("p99")),
              duration(ticks.get("max"))));
    }
  }

  private static long count(Map<?, ?> map, String key) {
    return ((Number) map.get(key)).longValue();
  }

  private static String plural(Object count, String noun) {
    return count + " " + noun + ("1".equals(String.valueOf(count)) ? "" : "s");
  }

  private static String line(String name, String format, Object... values) {
    return "  %-12s ".formatted(name) + format.formatted(values);
  }

  private static String number(Object value) {
    return value instanceof Number number
        ? String.format(Locale.ROOT, "%,d", number.longValue())
        : String.valueOf(value);
  }

  /** Ticks are nanoseconds. */
  static String duration(Object ticks) {
    double ns = ((Number) ticks).doubleValue();
    String[] units = {"ns", "µs", "ms", "s"};
    int unit = 0;
    while (ns >= 1000 && unit < units.length - 1) {
      ns /= 1000;
      unit++;
    }
    return unit == 0
        ? "%.0f ns".formatted(ns)
        : String.format(Locale.ROOT, "%.2f %s", ns, units[unit]);
  }
}
