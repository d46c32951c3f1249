package io.tlbscope.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table for a terminal: the first two columns to the left, figures to the right. */
final class TextTable {
  private static final int LEFT_COLUMNS = 2;

  private TextTable() {}

  static List<String> lines(ResultTables.Table table) {
    int columns = table.heads().size();
    int[] widths = new int[columns];
    List<List<String>> all = new ArrayList<>(List.of(table.heads()));
    all.addAll(table.rows());
    for (List<String> row : all) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    List<String> lines = new ArrayList<>(List.of(table.title()));
    all.forEach(row -> lines.add("  " + line(row, widths)));
    return lines;
  }

  private static String line(List<String> row, int[] widths) {
    List<String> words = new ArrayList<>();
    for (int column = 0; column < row.size(); column++) {
      String pad = " ".repeat(widths[column] - row.get(column).length());
      words.add(column < LEFT_COLUMNS ? row.get(column) + pad : pad + row.get(column));
    }
    return words.stream().collect(Collectors.joining("  ")).stripTrailing();
  }
}
