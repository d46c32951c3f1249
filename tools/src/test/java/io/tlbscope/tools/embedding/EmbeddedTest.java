package io.tlbscope.tools.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.trace.TraceKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example of docs/embedding.md does what that says, and is what stands there. */
class EmbeddedTest {
  private static final Path DEMO = Path.of("../guest-tests/target/guests/demo.elf");
  private static final Path SOURCE =
      Path.of("src/test/java/io/tlbscope/tools/embedding/Embedded.java");

  @Test
  void theExampleCountsShootdowns() throws Exception {
    Map<TraceKind, Integer> events = Embedded.count(DEMO, 1);
    assertTrue(events.get(TraceKind.SHOOTDOWN_DONE) > 1000, events.toString());
    assertEquals(events.get(TraceKind.SHOOTDOWN_BEGIN), events.get(TraceKind.SHOOTDOWN_DONE));
    assertEquals(events, Embedded.count(DEMO, 1), "the same seed, the same run");
  }

  @Test
  void thePageShowsTheExample() throws Exception {
    String source = Files.readString(SOURCE);
    assertTrue(source.lines().count() < 40);
    String example = source.substring(source.indexOf("import"));
    assertTrue(
        Files.readString(Path.of("../docs/embedding.md")).contains(example),
        "docs/embedding.md does not show " + SOURCE);
  }
}
