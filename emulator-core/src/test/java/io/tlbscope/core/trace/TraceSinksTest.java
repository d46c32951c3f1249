package io.tlbscope.core.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceSinksTest {
  private static TraceEvent event(TraceKind kind, int cpu, long a, long b, long c) {
    return new TraceEvent(kind, 1, cpu, 1, 0x1000, 0, a, b, c, 0);
  }

  @Test
  void theRingKeepsTheLastEventsOldestFirst() {
    RingSink ring = new RingSink(3);
    for (int n = 0; n < 5; n++) {
      ring.accept(event(TraceKind.CONSOLE, 0, n, 0, 0));
    }
    assertEquals(List.of(2L, 3L, 4L), ring.events().stream().map(TraceEvent::a).toList());
    assertEquals(5, ring.taken());
  }

  @Test
  void theTeeLeavesOutSinksThatDropEverything() {
    TraceSink only = new RingSink(1);
    assertSame(only, TeeSink.of(List.of(TraceSink.NONE, only)));
    assertSame(TraceSink.NONE, TeeSink.of(List.of()));
  }

  @Test
  void theTeeClosesEverySinkAlsoWhenOneFails() {
    List<String> closed = new ArrayList<>();
    TraceSink failing =
        new TraceSink() {
          @Override
          public void accept(TraceEvent event) {}

          @Override
          public void close() {
            throw new IllegalStateException("disk full");
          }
        };
    TraceSink noting =
        new TraceSink() {
          @Override
          public void accept(TraceEvent event) {}

          @Override
          public void close() {
            closed.add("second");
          }
        };
    assertThrows(IllegalStateException.class, () -> TeeSink.of(List.of(failing, noting)).close());
    assertEquals(List.of("second"), closed);
  }

  @Test
  void statisticsCountByKindAndVcpuAndTellMergedIpisFromMergedTimers() {
    StatisticsSink statistics = new StatisticsSink();
    statistics.accept(event(TraceKind.TLB_FILL, 2, 0, 0, 0));
    statistics.accept(event(TraceKind.IRR_SET, 1, 0xF3, 1, 0));
    statistics.accept(event(TraceKind.IRR_SET, 1, 0xEF, 1, -1));
    statistics.accept(event(TraceKind.RUN_END, -1, 0, 0, 0));
    assertEquals(1, statistics.count(TraceKind.TLB_FILL));
    assertEquals(1, statistics.count(TraceKind.TLB_FILL, 2));
    assertEquals(0, statistics.count(TraceKind.TLB_FILL, 9));
    assertEquals(2, statistics.count(TraceKind.IRR_SET, 1));
    assertEquals(1, statistics.ipisMerged());
    assertEquals(1, statistics.count(TraceKind.RUN_END));
  }
}
