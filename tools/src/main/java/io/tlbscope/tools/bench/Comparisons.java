package io.tlbscope.tools.bench;

import io.tlbscope.tools.bench.BenchResult.Mean;
import io.tlbscope.tools.bench.BenchResult.Pattern;
import io.tlbscope.tools.bench.BenchResult.Ratio;
import io.tlbscope.tools.bench.BenchResult.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Ratios between peers, from their medians. */
final class Comparisons {
  private static final String MORE = "more";

  private Comparisons() {}

  /**
   * How many times as long {@code slower} takes as {@code faster}; empty where one has no figure.
   */
  static Optional<Double> ratio(Row row, String slower, String faster) {
    Optional<Figures> above = row.of(slower);
    Optional<Figures> below = row.of(faster);
    if (above.isEmpty() || below.isEmpty()) {
      return Optional.empty();
    }
    double ratio = above.get().median() / below.get().median();
    return Optional.of(row.better().equals(MORE) ? 1 / ratio : ratio)
        .filter(value -> value > 0 && Double.isFinite(value));
  }

  /** Means of the two groups of single-CPU measures: native below ours, ours below the others. */
  static List<Mean> means(List<Row> rows, List<String> peers) {
    List<Mean> means = new ArrayList<>();
    for (Group group : List.of(Group.KERNELS, Group.SYSTEM)) {
      List<Row> part = rows.stream().filter(row -> row.group().equals(group.text())).toList();
      for (String peer : peers) {
        if (peer.equals(NativePeer.NAME)) {
          mean(part, group, TlbscopePeer.NAME, peer).ifPresent(means::add);
        } else if (!peer.equals(TlbscopePeer.NAME)) {
          mean(part, group, peer, TlbscopePeer.NAME).ifPresent(means::add);
        }
      }
    }
    return means;
  }

  private static Optional<Mean> mean(List<Row> rows, Group group, String slower, String faster) {
    List<Ratio> ratios = new ArrayList<>();
    for (Row row : rows) {
      ratio(row, slower, faster).ifPresent(value -> ratios.add(new Ratio(row.name(), value)));
    }
    if (ratios.isEmpty()) {
      return Optional.empty();
    }
    Comparator<Ratio> order = Comparator.comparingDouble(Ratio::value);
    return Optional.of(
        new Mean(
            group.text(),
            slower,
            faster,
            Statistics.geometricMean(ratios.stream().map(Ratio::value).toList()),
            ratios.size(),
            ratios.stream().min(order).orElseThrow(),
            ratios.stream().max(order).orElseThrow()));
  }

  /** Kernels that were measured on both kinds of addresses. */
  static List<Pattern> patterns(List<Row> rows, List<Kernel> kernels, List<String> peers) {
    List<Pattern> patterns = new ArrayList<>();
    for (Kernel kernel : kernels.stream().filter(Kernel::isPowerOfTwo).toList()) {
      Optional<Row> far = find(rows, kernel.name());
      Optional<Row> friendly = find(rows, Kernel.friendly(kernel.name()));
      if (far.isEmpty() || friendly.isEmpty()) {
        continue;
      }
      Map<String, Double> ratios = new LinkedHashMap<>();
      for (String peer : peers) {
        Optional<Figures> above = far.get().of(peer);
        Optional<Figures> below = friendly.get().of(peer);
        if (above.isPresent() && below.isPresent()) {
          ratios.put(peer, above.get().median() / below.get().median());
        }
      }
      patterns.add(new Pattern(friendly.get().name(), ratios));
    }
    return patterns;
  }

  /** Measures that gave different checksums for as many operations. */
  static List<String> disagreements(List<Row> rows) {
    List<String> found = new ArrayList<>();
    for (Row row : rows) {
      Map<Long, Map<String, List<String>>> sums = new LinkedHashMap<>();
      row.peers()
          .forEach(
              (peer, figures) -> {
                if (figures.isThere() && !figures.sum().isEmpty()) {
                  sums.computeIfAbsent(figures.ops(), ops -> new LinkedHashMap<>())
                      .computeIfAbsent(figures.sum(), sum -> new ArrayList<>())
                      .add(peer);
                }
              });
      if (sums.values().stream().anyMatch(each -> each.size() > 1)) {
        found.add(row.name() + ": " + sums);
      }
    }
    return found;
  }

  private static Optional<Row> find(List<Row> rows, String name) {
    return rows.stream().filter(row -> row.name().equals(name)).findFirst();
  }
}
