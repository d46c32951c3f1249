package io.tlbscope.tools.report;

import io.tlbscope.tools.tracefile.TraceFileReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Makes the report page from a trace file. */
public final class HtmlReport {
  /** Events that a page holds unless told otherwise: what a browser takes in a few seconds. */
  public static final int DEFAULT_EVENTS = 1_500_000;

  private static final List<String> STYLES =
      List.of("1-base", "2-layout", "3-timeline", "4-panels", "5-finding");
  private static final List<String> SCRIPTS =
      List.of(
          "01-util",
          "02-decode",
          "03-model",
          "04-tlb",
          "05-state",
          "06-view",
          "07-paint",
          "08-links",
          "09-timeline",
          "10-pointer",
          "11-overview",
          "12-details",
          "13-tlbpanel",
          "14-filters",
          "15-list",
          "16-latency",
          "17-cards",
          "18-help",
          "19-keys",
          "20-findingwords",
          "21-findingmodel",
          "22-findingline",
          "23-findingview",
          "24-main");

  private HtmlReport() {}

  /**
   * Writes the page; gives what is wrong with the trace, as a sentence, or an empty string.
   *
   * @param mostEvents the page holds the first so many events and says when there were more
   */
  public static String write(Path trace, Path page, int mostEvents) throws IOException {
    try (TraceFileReader reader = new TraceFileReader(trace)) {
      String title = "tlbscope: " + escape(reader.header().guest());
      String damage;
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      try (OutputStream gzip = new GZIPOutputStream(data, 1 << 16)) {
        damage = ReportData.write(reader, mostEvents, gzip);
      }
      String html =
          resource("page.html")
              .replace("@TITLE@", title)
              .replace("@STYLE@", all(STYLES, ".css"))
              .replace("@SCRIPT@", all(SCRIPTS, ".js"))
              .replace("@DATA@", Base64.getEncoder().encodeToString(data.toByteArray()));
      Files.writeString(page, html);
      return damage;
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;");
  }

  private static String all(List<String> names, String suffix) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      text.append(resource(name + suffix));
    }
    return text.toString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the page's part " + name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
