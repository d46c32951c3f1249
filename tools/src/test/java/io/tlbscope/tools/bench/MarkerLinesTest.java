package io.tlbscope.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkerLinesTest {
  @Test
  void aLineSaysWhereTheGuestStands() {
    assertEquals(
        Optional.of(new MarkerLine("sieve", false, 0, "")),
        MarkerLine.parse("# bench sieve start\r"));
    assertEquals(
        Optional.of(new MarkerLine("sieve", true, 300, "c69fa8")),
        MarkerLine.parse("# bench sieve end ops=300 sum=c69fa8"));
    assertEquals(
        Optional.of(new MarkerLine("ipi-flag-spin", true, 1000, "")),
        MarkerLine.parse("# bench ipi-flag-spin end ops=1000"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# bench sieve",
        "bench sieve start",
        "# bench sieve end",
        "# bench sieve end ops=-1",
        "# bench sieve end ops=99999999999999999999",
        "# bench sieve end ops=3 sum=",
        "# bench sieve started",
        "ok 1 - # bench sieve start"
      })
  void otherLinesSayNothing(String line) {
    assertEquals(Optional.empty(), MarkerLine.parse(line));
  }

  @Test
  void aStartAndAnEndMakeASample() {
    SampleCollector collector = new SampleCollector("fib");
    assertFalse(collector.line("KTAP version 1", 5));
    assertFalse(collector.line("# bench fib start", 10));
    assertFalse(collector.line("# bench other end ops=1", 12));
    assertTrue(collector.line("# bench fib end ops=4 sum=a", 30));
    assertFalse(collector.line("# bench fib start", 31));
    assertTrue(collector.line("# bench fib end ops=4 sum=b", 40));
    assertEquals(
        List.of(new Sample(10, 20, 4, "a"), new Sample(31, 9, 4, "b")), collector.samples());
    assertEquals(5, collector.samples().getFirst().nanosPerOp());
  }

  @Test
  void linesOutOfOrderMakeNone() {
    SampleCollector collector = new SampleCollector("fib");
    assertFalse(collector.line("# bench fib end ops=4", 30));
    assertFalse(collector.line("# bench fib start", 40));
    assertFalse(collector.line("# bench fib end ops=0", 50));
    assertFalse(collector.line("# bench fib end ops=4", 60));
    collector.line("# bench fib start", 70);
    assertFalse(collector.line("# bench fib end ops=4", 70), "no time went by");
    assertEquals(List.of(), collector.samples());
  }
}
