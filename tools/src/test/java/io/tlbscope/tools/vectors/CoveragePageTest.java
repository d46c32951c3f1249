package io.tlbscope.tools.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CoveragePageTest {
  private static final Path PAGE = Path.of("..", "docs", "vectors.md");

  @Test
  void thePageOfOpcodeFormsIsWhatTheToolSays() throws IOException {
    assertEquals(
        Coverage.page(),
        Files.readString(PAGE),
        "docs/vectors.md is out of date: ./tlbscope vectors --table > docs/vectors.md");
  }
}
