package io.tlbscope.tools.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Charts and tables as one HTML page that needs nothing else. */
final class ChartPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>tlbscope bench</title>
      <style>
      body { font: 14px/1.4 sans-serif; margin: 2em; }
      figure { overflow-x: auto; margin: 1em 0; }
      table { border-collapse: collapse; margin: 1em 0; }
      caption { text-align: left; font-weight: bold; }
      td, th { padding: 2px 10px; text-align: right; border-bottom: 1px solid #ddd; }
      td:nth-child(-n+2), th:nth-child(-n+2) { text-align: left; }
      </style></head><body>
      <h1>tlbscope bench</h1>
      """;

  private ChartPage() {}

  static String html(BenchResult result) throws IOException {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("<p>")
        .append(escape(result.command() + ", " + result.date() + ", " + result.host()))
        .append("</p>\n");
    ResultTables.sentences(result).forEach(line -> paragraph(page, line));
    Chart.kernels(result).ifPresent(svg -> figure(page, svg));
    Chart.warmUp(result).ifPresent(svg -> figure(page, svg));
    for (ResultTables.Table table : ResultTables.of(result)) {
      page.append("<table><caption>").append(escape(table.title())).append("</caption>\n");
      page.append(row("th", table.heads()));
      table.rows().forEach(row -> page.append(row("td", row)));
      page.append("</table>\n");
    }
    ResultTables.skipped(result).forEach(line -> paragraph(page, line));
    return page.append("</body></html>\n").toString();
  }

  private static void paragraph(StringBuilder page, String line) {
    page.append("<p>").append(escape(line)).append("</p>\n");
  }

  /** The drawing without its XML declaration and document type, which HTML has not. */
  private static void figure(StringBuilder page, String svg) {
    page.append("<figure>").append(svg.substring(svg.indexOf("<svg"))).append("</figure>\n");
  }

  private static String row(String tag, List<String> words) {
    List<String> cells = new ArrayList<>();
    words.forEach(word -> cells.add("<" + tag + ">" + escape(word) + "</" + tag + ">"));
    return "<tr>" + String.join("", cells) + "</tr>\n";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
