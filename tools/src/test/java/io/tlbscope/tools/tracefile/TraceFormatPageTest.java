package io.tlbscope.tools.tracefile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TraceFormatPageTest {
  private static final Path PAGE = Path.of("..", "docs", "trace-format.md");
  private static final String START = "<!-- kinds -->\n";
  private static final String END = "<!-- /kinds -->";

  /** With TLBSCOPE_UPDATE=1 in the environment it writes the table instead. */
  @Test
  void theFormatPageHasTheTableOfKindsAsTheyAre() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(START) + START.length();
    int to = page.indexOf(END);
    if (System.getenv("TLBSCOPE_UPDATE") != null) {
      Files.writeString(
          PAGE, page.substring(0, from) + TraceKindTable.markdown() + page.substring(to));
      return;
    }
    assertEquals(
        TraceKindTable.markdown(), page.substring(from, to), "run the test with TLBSCOPE_UPDATE=1");
  }
}
