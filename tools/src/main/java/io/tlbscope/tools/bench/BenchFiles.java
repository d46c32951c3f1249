package io.tlbscope.tools.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The result as files, and back. */
public final class BenchFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private BenchFiles() {}

  /** The result in the form of docs/bench-json.md. */
  public static String json(BenchResult result) {
    try {
      return JSON.writeValueAsString(result) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads what {@link #json} gave.
   *
   * @throws IOException when it cannot be read or is no such file
   */
  public static BenchResult read(Path file) throws IOException {
    BenchResult result = JSON.readValue(Files.readString(file), BenchResult.class);
    if (result.format() != BenchResult.FORMAT || result.measures() == null) {
      throw new IOException("it is no result of 'tlbscope bench'");
    }
    return result;
  }

  /** Everything as text for a terminal. */
  public static List<String> text(BenchResult result) {
    List<String> lines = new ArrayList<>();
    for (ResultTables.Table table : ResultTables.of(result)) {
      lines.addAll(TextTable.lines(table));
      lines.add("");
    }
    lines.addAll(ResultTables.sentences(result));
    lines.addAll(ResultTables.skipped(result));
    return lines;
  }

  /**
   * The chart: a page of all charts and tables for a name that ends in .html, else an SVG drawing
   * of the kernels.
   *
   * @return empty when there is nothing to compare
   * @throws IOException where this Java cannot draw
   */
  public static Optional<String> chart(BenchResult result, Path file) throws IOException {
    return file.toString().endsWith(".html")
        ? Optional.of(ChartPage.html(result))
        : Chart.kernels(result);
  }

  /**
   * The page with its measured part replaced.
   *
   * @return empty when the page lacks the two markers
   */
  public static Optional<String> readme(BenchResult result, String page) {
    return ReadmeSection.replace(page, ReadmeSection.markdown(result));
  }

  /** Whether {@link #readme} would find its markers. */
  public static boolean hasMarkers(String page) {
    return ReadmeSection.replace(page, "").isPresent();
  }
}
