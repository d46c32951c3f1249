package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pausing, and going back, on guests of a few bytes. */
class PauseTest {
  /** Writes 'a', the marker, 'b', the marker, and 'c' to the debug console; then exits with 0. */
  private static final String MARKED =
      "b0 61 e6 e9 b0 e5 e6 80 b0 62 e6 e9 b0 e5 e6 80 b0 63 e6 e9 b0 00 e6 f4 f4";

  @TempDir Path folder;

  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private final List<TraceEvent> events = new ArrayList<>();

  private MachineBuilder guest(String hex) throws Exception {
    Path image = Files.write(folder.resolve("guest.bin"), HexFormat.ofDelimiter(" ").parseHex(hex));
    return Machine.builder()
        .guest(image)
        .memory(1 << 20)
        .maxInstructions(100_000)
        .console(console, null)
        .trace(events::add)
        .boot(BootOptions.defaults().withFlat(0x8000, 0x8000, CodeMode.BITS16));
  }

  private String written() {
    return console.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void theFirstMarkerPausesBehindItsInstruction() throws Exception {
    try (Machine machine = guest(MARKED).pauseAtMarker(true).build()) {
      RunResult paused = machine.run(Progress.NONE);
      assertEquals(Outcome.PAUSED, paused.outcome());
      assertEquals(4, paused.instructions());
      assertEquals("a", written());
      assertEquals(0x8008, machine.vcpu(0).rip());
      RunResult end = machine.run(Progress.NONE);
      assertEquals(Outcome.EXITED, end.outcome());
      assertEquals("abc", written(), "the second marker pauses nobody");
      assertEquals(12, end.instructions());
    }
  }

  @Test
  void nobodyAskedForThePause() throws Exception {
    try (Machine machine = guest(MARKED).build()) {
      assertEquals(Outcome.EXITED, machine.run(Progress.NONE).outcome());
    }
  }

  @Test
  void startAndEndAreTracedOnce() throws Exception {
    try (Machine machine = guest(MARKED).pauseAt(7).build()) {
      RunResult paused = machine.run(Progress.NONE);
      assertEquals(Outcome.PAUSED, paused.outcome());
      assertEquals(7, paused.instructions());
      machine.run(Progress.NONE);
      List<TraceKind> ends =
          events.stream()
              .map(TraceEvent::kind)
              .filter(kind -> kind == TraceKind.RUN_START || kind == TraceKind.RUN_END)
              .toList();
      assertEquals(List.of(TraceKind.RUN_START, TraceKind.RUN_END), ends);
    }
  }

  @Test
  void anEndedMachineRunsAgainOnlyFromASnapshot() throws Exception {
    try (Machine machine = guest(MARKED).pauseAtMarker(true).build()) {
      Snapshot begin = machine.snapshot();
      assertEquals(0, begin.instructions());
      machine.run(Progress.NONE);
      Snapshot marker = machine.snapshot();
      assertEquals(4, marker.instructions());
      assertEquals(1, machine.consoleBytes());
      RunResult end = machine.run(Progress.NONE);
      assertThrows(IllegalStateException.class, () -> machine.run(Progress.NONE));

      console.reset();
      machine.restore(marker);
      assertEquals(1, machine.consoleBytes());
      assertEquals(end, machine.run(Progress.NONE), "the marker has been met already");
      assertEquals("bc", written());

      machine.restore(begin);
      assertEquals(Outcome.PAUSED, machine.run(Progress.NONE).outcome());
    }
  }

  @Test
  void codeThatChangedIsDecodedAgain() throws Exception {
    // Adds 1 to the operand of MOV AL, twice; AL goes to the debug console each time.
    String changing = "b0 30 e6 e9 fe 06 01 80 e6 80 eb f4";
    try (Machine machine = guest(changing).pauseAt(5).build()) {
      machine.run(Progress.NONE);
      Snapshot first = machine.snapshot();
      machine.pauseAt(50);
      machine.run(Progress.NONE);
      String all = written();
      assertEquals("0123456789", all);
      console.reset();
      machine.restore(first);
      machine.run(Progress.NONE);
      assertEquals("123456789", written());
    }
  }

  @Test
  void aSnapshotOfAnotherMachineIsRefusedByName() throws Exception {
    try (Machine machine = guest(MARKED).build();
        Machine larger = guest(MARKED).memory(2 << 20).build();
        Machine amd = guest(MARKED).cpu("amd").build()) {
      Snapshot snapshot = machine.snapshot();
      String size =
          assertThrows(MachineException.class, () -> larger.restore(snapshot)).getMessage();
      assertTrue(size.startsWith("--memory differs"), size);
      String model = assertThrows(MachineException.class, () -> amd.restore(snapshot)).getMessage();
      assertTrue(model.startsWith("--cpu differs"), model);
      assertEquals(Outcome.EXITED, larger.run(Progress.NONE).outcome(), "it is as it was");
    }
  }

  @Test
  void parallelMachinesNeitherPauseNorHaveSnapshots() throws Exception {
    MachineBuilder pausing = guest(MARKED).schedule("parallel").pauseAt(3);
    assertTrue(
        assertThrows(MachineException.class, pausing::build).getMessage().contains("--schedule"));
    try (Machine machine = guest(MARKED).schedule("parallel").build()) {
      String why = assertThrows(MachineException.class, machine::snapshot).getMessage();
      assertTrue(why.contains("leave --schedule out"), why);
    }
  }
}
