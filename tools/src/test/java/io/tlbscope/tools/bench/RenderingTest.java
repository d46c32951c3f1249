package io.tlbscope.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class RenderingTest {
  @TempDir Path folder;

  private final BenchResult result = Results.small();

  @Test
  void theTextHasATableForEachGroupThenRatiosAndWhatWasSkipped() {
    List<String> lines = BenchFiles.text(result);
    String text = String.join("\n", lines);
    assertTrue(
        text.contains(
            "  copy       what copy does       21.0 ns ±5 %  10.0 ns  84.0 ns              2.10×            4.00×"),
        text);
    assertTrue(
        text.contains("kernels: qemu takes 8.94× the time of tlbscope (geometric mean of 2;"),
        text);
    assertTrue(text.contains("power of two apart, copy: tlbscope 2.00×"), text);
    assertTrue(text.contains("skipped bochs: not found"), text);
    assertTrue(text.contains("skipped on tlbscope: x87: no x87"), text);
    assertTrue(text.contains("4.00 k/s"), text);
  }

  @Test
  void theJsonComesBackAsItWas() throws IOException {
    Path file = folder.resolve("bench.json");
    Files.writeString(file, BenchFiles.json(result));
    assertEquals(result, BenchFiles.read(file));
    Files.writeString(file, "{\"format\": 7}");
    assertThrows(IOException.class, () -> BenchFiles.read(file));
    Files.writeString(file, "no JSON");
    assertThrows(IOException.class, () -> BenchFiles.read(file));
  }

  @Test
  void thePageIsRewrittenBetweenTheMarkersOnly() {
    String page = "# Title\n<!-- bench -->\nold\n<!-- /bench -->\nrest\n";
    String fresh = BenchFiles.readme(result, page).orElseThrow();
    assertTrue(fresh.startsWith("# Title\n<!-- bench -->\nMade by `./tlbscope bench` on "), fresh);
    assertTrue(fresh.endsWith("\n<!-- /bench -->\nrest\n") && !fresh.contains("old"), fresh);
    assertTrue(
        fresh.contains(
            "| copy | what copy does | 21.0 ns ±5 % | 10.0 ns | 84.0 ns | 2.10× | 4.00× |"),
        fresh);
    assertTrue(fresh.contains("|---|---|---:|---:|---:|---:|---:|"), fresh);
    assertEquals(Optional.of(fresh), BenchFiles.readme(result, fresh), "again: the same");
  }

  @Test
  void aPageWithoutOneOfEachMarkerInOrderIsLeftAlone() {
    for (String page :
        List.of(
            "",
            "<!-- bench -->\n",
            "<!-- /bench -->\n<!-- bench -->\n",
            "<!-- bench -->\n<!-- bench -->\n<!-- /bench -->\n",
            "text <!-- bench -->\n<!-- /bench -->\n")) {
      assertFalse(BenchFiles.hasMarkers(page), page);
    }
    assertTrue(BenchFiles.hasMarkers("<!-- bench -->\n<!-- /bench -->\n"));
  }

  @Test
  void theReadmeOfThisRepositoryHasAPlaceForTheFigures() throws IOException {
    assertTrue(BenchFiles.hasMarkers(Files.readString(Path.of("..", "README.md"))));
  }

  @Test
  void theChartIsADrawingThatParses() throws Exception {
    String svg = BenchFiles.chart(result, Path.of("a.svg")).orElseThrow();
    assertEquals("svg", parse(svg));
    String page = BenchFiles.chart(result, Path.of("a.html")).orElseThrow();
    assertTrue(page.startsWith("<!DOCTYPE html>") && page.contains("<svg"), page);
    assertTrue(page.contains("<td>copy</td>") && !page.contains("<?xml"), page);
  }

  @Test
  void aPeerAloneCannotBeDrawn() throws IOException {
    BenchResult alone =
        Results.of(
            List.of(
                Results.kernel(
                    "copy", Results.figures(1), Figures.skipped("x"), Figures.skipped("x"))),
            List.of());
    assertEquals(Optional.empty(), BenchFiles.chart(alone, Path.of("a.svg")));
  }

  private static String parse(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)))
        .getDocumentElement()
        .getTagName();
  }
}
