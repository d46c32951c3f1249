package io.tlbscope.tools.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.trace.TraceKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of docs/embedding.md and docs/snapshots.md do what those say, and stand there. */
class EmbeddedTest {
  private static final Path DEMO = Path.of("../guest-tests/target/guests/demo.elf");
  private static final Path SOURCES = Path.of("src/test/java/io/tlbscope/tools/embedding");
  private static final Path DOCS = Path.of("../docs");

  @Test
  void theExampleCountsShootdowns() throws Exception {
    Map<TraceKind, Integer> events = Embedded.count(DEMO, 1);
    assertTrue(events.get(TraceKind.SHOOTDOWN_DONE) > 1000, events.toString());
    assertEquals(events.get(TraceKind.SHOOTDOWN_BEGIN), events.get(TraceKind.SHOOTDOWN_DONE));
    assertEquals(events, Embedded.count(DEMO, 1), "the same seed, the same run");
  }

  @Test
  void theOtherExampleGoesOneWayForEachSeed() throws Exception {
    SortedMap<Long, Long> lengths = Forks.instructions(DEMO, 400_000, 3);
    assertEquals(Set.of(1L, 2L, 3L), lengths.keySet());
    assertEquals(3, Set.copyOf(lengths.values()).size(), lengths.toString());
    assertEquals(lengths, Forks.instructions(DEMO, 400_000, 3));
  }

  @ParameterizedTest
  @CsvSource({"Embedded.java, embedding.md", "Forks.java, snapshots.md"})
  void thePageShowsTheExample(String source, String page) throws Exception {
    String text = Files.readString(SOURCES.resolve(source));
    assertTrue(text.lines().count() < 40);
    String example = text.substring(text.indexOf("import"));
    assertTrue(
        Files.readString(DOCS.resolve(page)).contains(example), page + " does not show " + source);
  }
}
