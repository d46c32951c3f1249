package io.tlbscope.tools.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.run.Machine;
import io.tlbscope.core.run.MachineBuilder;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.trace.TraceEvent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A machine together with all that can be seen of its run: events and console. */
final class Recorded implements AutoCloseable {
  final Machine machine;
  private final List<TraceEvent> events = new ArrayList<>();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  Recorded(MachineBuilder builder) throws Exception {
    machine = builder.trace(events::add).console(console, null).build();
  }

  /** What one call of {@link Machine#run} gave. */
  record Part(RunResult result, List<TraceEvent> events, String console) {
    /** This part and the next one are the whole. */
    void assertGoesOnAs(Part next, Part whole, String what) {
      List<TraceEvent> joined = new ArrayList<>(events);
      joined.addAll(next.events);
      assertSame(whole.events, joined, what);
      assertEquals(whole.console, console + next.console, what);
      assertEquals(whole.result, next.result, what);
    }

    void assertIs(Part other, String what) {
      assertSame(other.events, events, what);
      assertEquals(other.console, console, what);
      assertEquals(other.result, result, what);
    }
  }

  /** Says where two traces part; comparing the lists would print them. */
  private static void assertSame(List<TraceEvent> expected, List<TraceEvent> real, String what) {
    int common = Math.min(expected.size(), real.size());
    for (int i = 0; i < common; i++) {
      if (!expected.get(i).equals(real.get(i))) {
        assertEquals(expected.get(i), real.get(i), what + ", event " + i);
      }
    }
    assertEquals(expected.size(), real.size(), what + ", number of events");
  }

  Part run() {
    events.clear();
    console.reset();
    RunResult result = machine.run(Progress.NONE);
    return new Part(
        result,
        List.copyOf(events),
        console.toString(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() {
    machine.close();
  }
}
