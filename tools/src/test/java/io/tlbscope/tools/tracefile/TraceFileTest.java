package io.tlbscope.tools.tracefile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.SyntheticTrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {
  @TempDir static Path folder;
  private static byte[] trace;

  @BeforeAll
  static void writeOne() throws IOException {
    trace = Files.readAllBytes(SyntheticTrace.write(folder.resolve("t.tlbt"), 4, 200, 7, true));
  }

  private static List<TraceEvent> read(byte[] bytes) throws IOException {
    List<TraceEvent> events = new ArrayList<>();
    try (TraceFileReader reader = new TraceFileReader(new ByteArrayInputStream(bytes))) {
      reader.readAll(events::add);
    }
    return events;
  }

  private static String refusal(byte[] bytes) {
    return assertThrows(TraceFormatException.class, () -> read(bytes)).getMessage();
  }

  @Test
  void givesBackEveryEventHeaderAndTrailer() throws IOException {
    List<TraceEvent> events = new ArrayList<>();
    List<Violation> violations = SyntheticTrace.play(4, 200, 7, true, events::add);
    assertEquals(events, read(trace));
    try (TraceFileReader reader = new TraceFileReader(new ByteArrayInputStream(trace))) {
      assertEquals(4, reader.header().cpus());
      assertEquals(7, reader.header().seed());
      assertEquals(events.size(), reader.readAll(TraceSink.NONE));
      assertEquals(violations, reader.trailer().violations());
      assertEquals("invlop_handler+0x20", reader.trailer().symbols().get(0xFFFFFFFF80000120L));
    }
  }

  @Test
  void isByteIdenticalForTheSameEvents() throws IOException {
    byte[] again =
        Files.readAllBytes(SyntheticTrace.write(folder.resolve("again.tlbt"), 4, 200, 7, true));
    assertArrayEquals(trace, again);
  }

  @Test
  void takesExtremeValues() throws IOException {
    Random random = new Random(1);
    List<TraceEvent> events = new ArrayList<>();
    for (TraceKind kind : TraceKind.values()) {
      events.add(
          new TraceEvent(
              kind,
              Long.MAX_VALUE,
              254,
              -1,
              Long.MIN_VALUE,
              -1,
              Long.MIN_VALUE,
              Long.MAX_VALUE,
              0,
              -1));
      events.add(
          new TraceEvent(
              kind, random.nextLong(), -1, random.nextLong(), random.nextLong(), 0, 0, 0, 0, 0));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TraceFileWriter writer =
        new TraceFileWriter(out, new TraceHeader("g", "", 255, -1, Map.of(), List.of(), "test"))) {
      events.forEach(writer::accept);
      writer.finish(TraceTrailer.EMPTY);
    }
    assertEquals(events, read(out.toByteArray()));
  }

  @Test
  void costsFewBytesAnEvent() throws IOException {
    int events = read(trace).size();
    assertTrue(trace.length < 14 * events, () -> trace.length + " bytes for " + events + " events");
  }

  @Test
  void everyTruncationIsRefusedWithAMessage() {
    for (int length = 0; length < trace.length; length += length < 600 ? 1 : 997) {
      String message = refusal(Arrays.copyOf(trace, length));
      assertTrue(message.matches(".*(ends early|is empty|not a tlbscope trace).*"), message);
    }
  }

  @Test
  void everyDamagedByteIsNoticed() {
    for (int at = 0; at < trace.length; at += at < 600 ? 1 : 499) {
      byte[] damaged = trace.clone();
      damaged[at] ^= 0x55;
      if (at != 10 && at != 11) {
        refusal(damaged);
      }
    }
  }

  @Test
  void foreignFilesAndOtherVersionsAreNamed() {
    assertEquals(
        "this is not a tlbscope trace (its first bytes differ); 'run GUEST --trace FILE' makes one",
        refusal("ELF or so".getBytes(StandardCharsets.UTF_8)));
    byte[] newer = trace.clone();
    newer[8] = 9;
    assertEquals(
        "the trace has format version 9; this tlbscope reads version 1: use the tlbscope that wrote it, or make the trace again",
        refusal(newer));
    assertEquals(
        "something follows the trace's end", refusal(Arrays.copyOf(trace, trace.length + 1)));
  }

  @Test
  void jsonLinesHoldOneEventEachWithTheFieldsItsKindHas() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonLines lines = new JsonLines(out)) {
      lines.accept(new TraceEvent(TraceKind.SHOOTDOWN_SLOT, 5, 1, 9, -1, 3, 2, 0, 0, 0));
      lines.accept(new TraceEvent(TraceKind.CPU_HALTED, 6, 0, 9, 16, 0, 0, 0, 0, 0));
    }
    assertEquals(
        """
        {"kind":"SHOOTDOWN_SLOT","time":5,"cpu":1,"retired":9,"rip":"0xffffffffffffffff","id":3,"a":2}
        {"kind":"CPU_HALTED","time":6,"cpu":0,"retired":9,"rip":"0x10"}
        """,
        out.toString(StandardCharsets.UTF_8));
  }
}
