package io.tlbscope.tools.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.tools.FindingTrace;
import io.tlbscope.tools.tracefile.TraceJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Violations as a terminal shows them. */
class ViolationTextTest {
  private static List<Map<String, Object>> violations() {
    return FindingTrace.violations().stream().map(TraceJson::violation).toList();
  }

  @Test
  void aViolationHasItsSentenceAndALineForEachPart() {
    List<String> lines = ViolationText.lines(violations().subList(0, 1), 200);
    assertEquals(
        """
            stale-reused-frame on CPU 2 at 0x7000
              CPU 2 reads and so on
              writer   CPU 0 at 0x401019 unmap_page+0x19, entry at 0x5018: 0x9027 -> 0x0
              entry    0xffff800000003000 -> 0x9000, PCID 3, L1_DATA
              new use  CPU 1 at 0x402008 reuse_frame+0x8, written through 0xffff800000100000
              use      CPU 2 at 0x7000, read of 0xffff800000003010, 900 ns after the writer
              missing  the invalidation is too narrow: INVLPG 0xffff800000002000 of CPU 2 in invlop_handler+0x10 at 1250 left the entry
        """
            .stripTrailing(),
        String.join("\n", lines));
  }

  @Test
  void noLineIsWiderThanTheTerminal() {
    List<String> lines = ViolationText.lines(violations(), 60);
    lines.forEach(line -> assertTrue(line.length() <= 60 || !line.strip().contains(" "), line));
    assertTrue(
        lines.contains("               invlop_handler+0x10 at 1250 left the entry"),
        lines::toString);
  }

  @Test
  void thoseOfTheSameCodeAreToldOnceAndCounted() {
    List<Map<String, Object>> many = new ArrayList<>();
    for (int n = 0; n < 40; n++) {
      many.add(violations().get(1));
    }
    List<String> lines = ViolationText.lines(many, 80);
    assertEquals(3, lines.size(), lines.toString());
    assertEquals("      and 39 more like it, the last one at tick 1,300", lines.getLast());
  }
}
