package io.tlbscope.tools.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that one command measured: the JSON file's contents.
 *
 * @param format of this record: 1
 * @param version of tlbscope
 * @param date when it began, ISO 8601, UTC
 * @param seconds how long it took
 * @param host the machine and its Java
 * @param command the words that measure the same again
 * @param peers names and versions, in the order of the columns
 * @param absent peers that are not there, and why
 * @param measures in the order of the tables
 * @param means geometric means of ratios
 * @param patterns address patterns: the kernel power-of-two apart against friendly addresses
 * @param disagreements measures whose checksums differ between peers
 */
public record BenchResult(
    int format,
    String version,
    String date,
    double seconds,
    Map<String, String> host,
    String command,
    Map<String, String> peers,
    Map<String, String> absent,
    List<Row> measures,
    List<Mean> means,
    List<Pattern> patterns,
    List<String> disagreements) {
  static final int FORMAT = 1;

  /**
   * A measure and what each peer gave.
   *
   * @param better "less" or "more"
   */
  public record Row(
      String name,
      String group,
      String unit,
      String better,
      String what,
      Map<String, Figures> peers) {
    Optional<Figures> of(String peer) {
      return Optional.ofNullable(peers.get(peer)).filter(Figures::isThere);
    }
  }

  /**
   * A geometric mean over the measures of a group that both peers could do.
   *
   * @param slower the peer whose figures stand above the line
   * @param faster the peer whose figures stand below
   * @param value how many times the time of {@code faster} {@code slower} takes
   * @param count of measures
   * @param least the smallest of the ratios, and its measure
   * @param most the largest of the ratios, and its measure
   */
  public record Mean(
      String group,
      String slower,
      String faster,
      double value,
      int count,
      Ratio least,
      Ratio most) {}

  /** A measure's ratio. */
  public record Ratio(String name, double value) {}

  /**
   * How many times the time a kernel takes on addresses a power of two apart.
   *
   * @param ratio by peer
   */
  public record Pattern(String kernel, Map<String, Double> ratio) {}

  List<Row> group(Group group) {
    return measures.stream().filter(row -> row.group().equals(group.text())).toList();
  }

  Optional<Row> measure(String name) {
    return measures.stream().filter(row -> row.name().equals(name)).findFirst();
  }
}
