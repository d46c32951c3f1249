package io.tlbscope.core.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.plugin.Plugin;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HooksPageTest {
  private static final Path PAGE = Path.of("..", "docs", "hooks.md");

  /** With {@code -Dtlbscope.update-docs=true} it writes the page instead. */
  @Test
  void committedPageIsTheGeneratedOne() throws Exception {
    if (Boolean.getBoolean("tlbscope.update-docs")) {
      HooksPage.write(PAGE, Plugin.API_VERSION);
    }
    assertEquals(
        HooksPage.text(Plugin.API_VERSION),
        Files.readString(PAGE),
        "docs/hooks.md is out of date: mvn -q -pl emulator-core test -Dtest=HooksPageTest -Dtlbscope.update-docs=true");
  }
}
