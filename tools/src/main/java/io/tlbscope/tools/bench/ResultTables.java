package io.tlbscope.tools.bench;

import io.tlbscope.tools.bench.BenchResult.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The result as rows of words: what the console and the README show alike. */
final class ResultTables {
  /**
   * A table.
   *
   * @param rows words, as many as heads in each
   */
  record Table(String title, List<String> heads, List<List<String>> rows) {}

  private static final String NOTHING = "–";

  private ResultTables() {}

  /** A table for each group that was measured, without rows that all peers skipped. */
  static List<Table> of(BenchResult result) {
    List<Table> tables = new ArrayList<>();
    for (Group group : Group.values()) {
      List<Row> rows =
          result.group(group).stream()
              .filter(row -> row.peers().values().stream().anyMatch(Figures::isThere))
              .toList();
      if (!rows.isEmpty()) {
        tables.add(table(result, group, rows));
      }
    }
    return tables;
  }

  private static Table table(BenchResult result, Group group, List<Row> rows) {
    List<String> peers =
        result.peers().keySet().stream()
            .filter(peer -> rows.stream().anyMatch(row -> row.of(peer).isPresent()))
            .toList();
    List<String> heads = new ArrayList<>(List.of("measure", "what"));
    heads.addAll(peers);
    peers.stream().filter(peer -> !isOwn(peer)).forEach(peer -> heads.add(head(peer)));
    List<List<String>> lines = new ArrayList<>();
    for (Row row : rows) {
      List<String> line = new ArrayList<>(List.of(row.name(), row.what()));
      peers.forEach(peer -> line.add(cell(row, peer)));
      peers.stream().filter(peer -> !isOwn(peer)).forEach(peer -> line.add(ratio(row, peer)));
      lines.add(line);
    }
    return new Table(group.text() + ": " + group.what(), heads, lines);
  }

  private static boolean isOwn(String peer) {
    return peer.equals(TlbscopePeer.NAME);
  }

  private static String head(String peer) {
    return peer.equals(NativePeer.NAME) ? "tlbscope / native" : peer + " / tlbscope";
  }

  private static String ratio(Row row, String peer) {
    boolean natively = peer.equals(NativePeer.NAME);
    return Comparisons.ratio(
            row, natively ? TlbscopePeer.NAME : peer, natively ? peer : TlbscopePeer.NAME)
        .map(Quantity::times)
        .orElse(NOTHING);
  }

  /** Median and, with several runs, half of the spread in per cent. */
  private static String cell(Row row, String peer) {
    return row.of(peer)
        .map(
            figures -> {
              double half = (figures.max() - figures.min()) / 2 / figures.median() * 100;
              String spread = figures.runs().size() > 1 ? " ±" + Math.round(half) + " %" : "";
              return Quantity.text(figures.median(), row.unit()) + spread;
            })
        .orElse(NOTHING);
  }

  /** Sentences on means, patterns and what was skipped. */
  static List<String> sentences(BenchResult result) {
    List<String> lines = new ArrayList<>();
    for (BenchResult.Mean mean : result.means()) {
      lines.add(
          "%s: %s takes %s the time of %s (geometric mean of %d; least %s %s, most %s %s)"
              .formatted(
                  mean.group(),
                  mean.slower(),
                  Quantity.times(mean.value()),
                  mean.faster(),
                  mean.count(),
                  mean.least().name(),
                  Quantity.times(mean.least().value()),
                  mean.most().name(),
                  Quantity.times(mean.most().value())));
    }
    for (BenchResult.Pattern pattern : result.patterns()) {
      List<String> each =
          pattern.ratio().entrySet().stream()
              .map(entry -> entry.getKey() + " " + Quantity.times(entry.getValue()))
              .toList();
      if (!each.isEmpty()) {
        lines.add(
            "addresses a power of two apart, " + pattern.kernel() + ": " + String.join(", ", each));
      }
    }
    quotient(result, "loop-1", "loop-2", "two busy vCPUs do %s the work of one")
        .ifPresent(lines::add);
    quotient(
            result,
            "loop-64-deterministic",
            "loop-1-deterministic",
            "64 vCPUs, deterministic: an instruction costs %s of what it costs on one")
        .ifPresent(lines::add);
    return lines;
  }

  private static Optional<String> quotient(
      BenchResult result, String above, String below, String sentence) {
    Optional<Figures> one = result.measure(above).flatMap(row -> row.of(TlbscopePeer.NAME));
    Optional<Figures> two = result.measure(below).flatMap(row -> row.of(TlbscopePeer.NAME));
    if (one.isEmpty() || two.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(sentence.formatted(Quantity.times(one.get().median() / two.get().median())));
  }

  /** What could not be measured, a line for each peer and reason. */
  static List<String> skipped(BenchResult result) {
    List<String> lines = new ArrayList<>();
    result.absent().forEach((peer, why) -> lines.add("skipped " + peer + ": " + why));
    List<String[]> cells = new ArrayList<>();
    for (Row row : result.measures()) {
      row.peers()
          .forEach(
              (peer, figures) -> {
                if (!figures.isThere()) {
                  cells.add(new String[] {peer, figures.skipped(), row.name()});
                }
              });
    }
    cells.sort(Comparator.comparing((String[] cell) -> cell[0]).thenComparing(cell -> cell[1]));
    for (int from = 0; from < cells.size(); ) {
      String[] first = cells.get(from);
      List<String> names = new ArrayList<>();
      for (; from < cells.size() && same(first, cells.get(from)); from++) {
        names.add(cells.get(from)[2]);
      }
      lines.add("skipped on " + first[0] + ": " + String.join(", ", names) + ": " + first[1]);
    }
    return lines;
  }

  private static boolean same(String[] one, String[] other) {
    return one[0].equals(other[0]) && one[1].equals(other[1]);
  }
}
