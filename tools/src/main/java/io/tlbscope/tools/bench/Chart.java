package io.tlbscope.tools.bench;

import io.tlbscope.tools.bench.BenchResult.Row;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The result as SVG. The only class that knows the chart library and Java's fonts. */
final class Chart {
  private static final int WIDTH_EACH = 34;
  private static final int MARGIN = 240;
  private static final int HEIGHT = 460;
  private static final int CURVE_WIDTH = 900;
  private static final int FONT_SIZE = 12;
  private static final Color[] COLORS = {
    new Color(0x2C6FBB), new Color(0xD9772B), new Color(0x5B9A57), new Color(0x8A8A8A)
  };

  private Chart() {}

  /**
   * Bars on a logarithmic axis: each kernel's time on each peer as a multiple of the time on the
   * first peer of {@code native, qemu, ...} that has a figure for most kernels.
   *
   * @return empty when fewer than two peers have figures
   */
  static Optional<String> kernels(BenchResult result) throws IOException {
    List<Row> rows =
        result.measures().stream()
            .filter(
                row ->
                    row.group().equals(Group.KERNELS.text())
                        || row.group().equals(Group.SYSTEM.text()))
            .toList();
    Optional<String> unit = reference(result, rows);
    if (unit.isEmpty()) {
      return Optional.empty();
    }
    List<Row> shown = rows.stream().filter(row -> row.of(unit.get()).isPresent()).toList();
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(MARGIN + WIDTH_EACH * shown.size())
            .height(HEIGHT)
            .title("Time of each kernel, " + unit.get() + " = 1")
            .build();
    style(chart.getStyler());
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setXAxisLabelRotation(60);
    chart.getStyler().setAvailableSpaceFill(0.8);
    List<String> names = shown.stream().map(Row::name).toList();
    double least = Double.MAX_VALUE;
    double most = 0;
    for (String peer : result.peers().keySet()) {
      if (!peer.equals(unit.get())) {
        List<Double> ratios = new ArrayList<>();
        shown.forEach(row -> ratios.add(Comparisons.ratio(row, peer, unit.get()).orElse(null)));
        if (ratios.stream().anyMatch(java.util.Objects::nonNull)) {
          chart.addSeries(peer, names, ratios);
        }
        for (Double ratio : ratios) {
          least = ratio == null ? least : Math.min(least, ratio);
          most = ratio == null ? most : Math.max(most, ratio);
        }
      }
    }
    // Bars stand on the axis: the library would let them stand on 0, where a logarithm has no
    // place.
    chart.getStyler().setYAxisMin(Math.pow(10, Math.ceil(Math.log10(least)) - 1));
    chart.getStyler().setYAxisMax(Math.pow(10, Math.floor(Math.log10(most)) + 1));
    return Optional.of(svg(chart));
  }

  /** The peer that is 1: natively where that was measured, else any other than tlbscope. */
  private static Optional<String> reference(BenchResult result, List<Row> rows) {
    List<String> peers = new ArrayList<>(result.peers().keySet());
    peers.removeIf(peer -> rows.stream().noneMatch(row -> row.of(peer).isPresent()));
    if (peers.size() < 2) {
      return Optional.empty();
    }
    return peers.contains(NativePeer.NAME)
        ? Optional.of(NativePeer.NAME)
        : peers.stream().filter(peer -> !peer.equals(TlbscopePeer.NAME)).findFirst();
  }

  /** Speed over time from a cold start, as a share of the final speed; empty when not measured. */
  static Optional<String> warmUp(BenchResult result) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(CURVE_WIDTH)
            .height(HEIGHT)
            .title("Speed after a cold start")
            .xAxisTitle("seconds")
            .yAxisTitle("share of the final speed")
            .build();
    style(chart.getStyler());
    for (Row row : result.group(Group.WARMUP)) {
      for (String peer : result.peers().keySet()) {
        Optional<Figures> figures = row.of(peer).filter(each -> !each.curve().isEmpty());
        if (figures.isPresent()) {
          List<Reading.Point> curve = figures.get().curve();
          chart
              .addSeries(
                  peer,
                  curve.stream().map(Reading.Point::seconds).toList(),
                  curve.stream().map(Reading.Point::share).toList())
              .setMarker(SeriesMarkers.NONE);
        }
      }
    }
    return chart.getSeriesMap().isEmpty() ? Optional.empty() : Optional.of(svg(chart));
  }

  private static void style(Styler styler) {
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE);
    styler.setBaseFont(font);
    styler.setChartTitleFont(font.deriveFont(Font.BOLD, FONT_SIZE + 2f));
    styler.setLegendFont(font);
    styler.setSeriesColors(COLORS);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setChartTitleBoxVisible(false);
    styler.setPlotBorderVisible(false);
    if (styler instanceof org.knowm.xchart.style.AxesChartStyler axes) {
      axes.setAxisTickLabelsFont(font);
      axes.setAxisTitleFont(font);
    }
  }

  /**
   * @throws IOException where Java cannot draw text
   */
  private static String svg(org.knowm.xchart.internal.chartpart.Chart<?, ?> chart)
      throws IOException {
    try {
      SVGGraphics2D graphics =
          new SVGGraphics2D(
              DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().newDocument());
      chart.paint(graphics, chart.getWidth(), chart.getHeight());
      graphics.setSVGCanvasSize(new java.awt.Dimension(chart.getWidth(), chart.getHeight()));
      StringWriter text = new StringWriter();
      graphics.stream(text, true);
      return text.toString();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    } catch (LinkageError | InternalError e) {
      throw new IOException(
          "this Java cannot draw text; on Debian: sudo apt-get install fontconfig fonts-dejavu-core",
          e);
    }
  }
}
