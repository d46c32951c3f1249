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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How runs end, on guests of a few bytes. */
class MachineTest {
  @TempDir Path folder;

  private MachineBuilder guest(CodeMode mode, String hex) throws Exception {
    Path image = Files.write(folder.resolve("guest.bin"), HexFormat.ofDelimiter(" ").parseHex(hex));
    return Machine.builder()
        .guest(image)
        .memory(1 << 20)
        .maxInstructions(100_000)
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
    assertTrue(
        result.report().contains("last blocks of code, oldest first:\n  0000000000008000"),
        result.report());
  }

  @Test
  void anInstructionThatIsMissingIsANamedErrorAndNotAnUndefinedOpcode() throws Exception {
    // VMREAD
    RunResult result = run(guest(CodeMode.BITS32, "0f 78 c0"));
    assertEquals(Outcome.EMULATOR_ERROR, result.outcome());
    assertTrue(result.reason().startsWith("unimplemented-instruction: "), result.reason());
    assertTrue(result.reason().contains("0f 78 c0"), result.reason());
    assertTrue(result.reason().contains("0x8000"), result.reason());
  }

  @ParameterizedTest(name = "CR0 |= {0}: {1}")
  @CsvSource({
    "08, d9 eb,    7, FLDPI with TS",
    "04, d9 eb,    7, FLDPI with EM",
    "08, 0f 6f c1, 7, an MMX move with TS",
    "04, 0f 6f c1, 6, an MMX move with EM",
    "00, 66 0f 38 00 c1, 6, PSHUFB without OSFXSR",
  })
  void aUnitThatIsOffFaultsBeforeAnythingIsFoundMissing(
      String cr0Bits, String instruction, int vector, String why) throws Exception {
    // mov eax, cr0; or al, bits; mov cr0, eax; lidt [0 bytes]; the instruction: no gate, so the
    // chain names its vector.
    RunResult result =
        run(
            guest(
                CodeMode.BITS32,
                "0f 20 c0 0c "
                    + cr0Bits
                    + " 0f 22 c0 0f 01 1d 80 80 00 00 "
                    + instruction
                    + " 00".repeat(128)));
    assertEquals(Outcome.GUEST_DIED, result.outcome(), why + ": " + result.reason());
    assertTrue(result.report().contains("(vector " + vector + ")"), why + ": " + result.report());
  }

  @Test
  void mwaitSleepsUntilAnotherCpuStoresToTheLine() throws Exception {
    // CPU 0: monitor [0x7000]; mwait; mov al, [0x7000]; out 0xf4, al
    String waiter = "b8 00 70 31 c9 31 d2 0f 01 c8 0f 01 c9 a0 00 70 e6 f4";
    // CPU 1 at 0x9000: 3000 times loop; mov byte [0x7000], 5; jmp $
    String storer = "b9 b8 0b e2 fe c6 06 00 70 05 eb fe";
    String gap = " 00".repeat(0x1000 - (waiter.length() + 1) / 3);
    try (Machine machine = guest(CodeMode.BITS16, waiter + gap + " " + storer).cpus(2).build()) {
      machine.vcpu(1).startup(9);
      RunResult result = machine.run(Progress.NONE);
      assertEquals(Outcome.EXITED, result.outcome());
      assertEquals(5 * 2 + 1, result.guestExit());
      assertEquals(7, result.perCpu().getFirst(), "it slept and did not spin");
      assertTrue(result.perCpu().getLast() > 3000, result.perCpu().toString());
    }
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
    assertEquals(
        List.of(TraceKind.RUN_START, TraceKind.RUN_END),
        events.stream().map(TraceEvent::kind).toList());
    assertEquals(42, events.getFirst().b());
    assertEquals(33, events.getLast().a());
  }

  @Test
  void stoppingFromOutsideEndsTheRunWithTheReason() throws Exception {
    try (Machine machine =
        guest(CodeMode.BITS32, "eb fe").maxInstructions(Long.MAX_VALUE).build()) {
      RunResult result = machine.run((instructions, ticks) -> machine.stop("enough"));
      assertEquals(Outcome.STOPPED, result.outcome());
      assertEquals("enough", result.reason());
    }
  }

  @Test
  void aBugOfTheEmulatorEndsTheRunWithTheGuestsState() throws Exception {
    try (Machine machine = guest(CodeMode.BITS32, "eb fe").build()) {
      machine.schedule(
          100,
          () -> {
            throw new IllegalStateException("broken");
          });
      RunResult result = machine.run(Progress.NONE);
      assertEquals(Outcome.EMULATOR_ERROR, result.outcome());
      assertEquals("internal-error: java.lang.IllegalStateException: broken", result.reason());
      assertTrue(
          result.report().contains("broken") && result.report().contains("eb fe"), result.report());
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
