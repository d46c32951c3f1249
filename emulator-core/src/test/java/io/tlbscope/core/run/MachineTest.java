package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How runs end, on guests of a few bytes. */
class MachineTest {
  @TempDir Path folder;

  private MachineBuilder guest(CodeMode mode, String hex) throws Exception {
    Path image = Files.write(folder.resolve("guest.bin"), HexFormat.ofDelimiter(" ").parseHex(hex));
    return Machine.builder().guest(image).memory(1 << 20).maxInstructions(100_000)
        .boot(BootOptions.defaults().withFlat(0x8000, 0x8000, mode));
  }

  private static RunResult run(MachineBuilder builder) throws Exception {
    try (Machine machine = builder.build()) {
      return machine.run(Progress.NONE);
    }
  }

  @Test
  void theDebugExitPortGivesTwiceTheValuePlusOne() throws Exception {
    RunResult result = run(guest(CodeMode.BITS16, "b0 10 e6 f4 f4"));
    assertEquals(Outcome.EXITED, result.outcome());
    assertEquals(33, result.guestExit());
    assertEquals(2, result.instructions(), "MOV and OUT; the HLT behind them does not run");
  }

  @Test
  void aResetPortEndsTheRun() throws Exception {
    RunResult result = run(guest(CodeMode.BITS16, "b0 fe e6 64"));
    assertEquals(Outcome.POWERED_OFF, result.outcome());
    assertTrue(result.reason().contains("reset"), result.reason());
  }

  @Test
  void haltingForEverIsADeadlock() throws Exception {
    RunResult result = run(guest(CodeMode.BITS16, "fa f4"));
    assertEquals(Outcome.DEADLOCK, result.outcome());
    assertTrue(result.reason().contains("1 of them with interrupts disabled"), result.reason());
  }

  @Test
  void anEndlessLoopEndsAtTheLimitExactly() throws Exception {
    RunResult result = run(guest(CodeMode.BITS32, "eb fe").maxInstructions(12_345));
    assertEquals(Outcome.INSTRUCTION_LIMIT, result.outcome());
    assertEquals(12_345, result.instructions());
  }

  @Test
  void aTripleFaultIsReportedWithItsChainAndCode() throws Exception {
    // LIDT of six zero bytes, then UD2: no gate, no double-fault gate.
    RunResult result = run(guest(CodeMode.BITS32, "0f 01 1d 09 80 00 00 0f 0b 00 00 00 00 00 00"));
    assertEquals(Outcome.GUEST_DIED, result.outcome());
    assertTrue(result.report().contains("#UD (vector 6)"), result.report());
    assertTrue(result.report().contains("#DF (vector 8)"), result.report());
    assertTrue(result.report().contains("ud2"), result.report());
    assertTrue(result.report().contains("last blocks of code, oldest first:\n  0000000000008000"), result.report());
  }

  @Test
  void anInstructionThatIsMissingIsANamedErrorAndNotAnUndefinedOpcode() throws Exception {
    // FLDPI
    RunResult result = run(guest(CodeMode.BITS32, "d9 eb"));
    assertEquals(Outcome.EMULATOR_ERROR, result.outcome());
    assertTrue(result.reason().startsWith("unimplemented-instruction: "), result.reason());
    assertTrue(result.reason().contains("d9 eb"), result.reason());
    assertTrue(result.reason().contains("0x8000"), result.reason());
  }

  @Test
  void withoutTheApicPluginThereIsNoApic() throws Exception {
    // CPUID leaf 1; EDX bit 9 must be 0; then RDMSR of IA32_APIC_BASE must fault.
    RunResult result =
        run(guest(CodeMode.BITS32, "b8 01 00 00 00 0f a2 c1 ea 09 83 e2 01 88 d0 e6 f4"));
    assertEquals(1, result.guestExit(), "bit 9 of EDX is 0");
  }

  @Test
  void aRunIsFramedByItsStartAndItsEnd() throws Exception {
    List<TraceEvent> events = new ArrayList<>();
    run(guest(CodeMode.BITS16, "b0 10 e6 f4").trace(events::add).seed(42));
    assertEquals(List.of(TraceKind.RUN_START, TraceKind.RUN_END), events.stream().map(TraceEvent::kind).toList());
    assertEquals(42, events.getFirst().b());
    assertEquals(33, events.getLast().a());
  }

  @Test
  void stoppingFromOutsideEndsTheRunWithTheReason() throws Exception {
    try (Machine machine = guest(CodeMode.BITS32, "eb fe").maxInstructions(Long.MAX_VALUE).build()) {
      RunResult result = machine.run((instructions, ticks) -> machine.stop("enough"));
      assertEquals(Outcome.STOPPED, result.outcome());
      assertEquals("enough", result.reason());
    }
  }

  @Test
  void aMachineRunsOnce() throws Exception {
    try (Machine machine = guest(CodeMode.BITS16, "b0 10 e6 f4").build()) {
      machine.run(Progress.NONE);
      assertThrows(IllegalStateException.class, () -> machine.run(Progress.NONE));
    }
  }
}
