package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.isa.CodeMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of whole machines in parallel mode end as in deterministic mode. */
@Timeout(60)
class ParallelMachineTest {
  @TempDir Path folder;

  private RunResult run(String hex) throws Exception {
    Path image = Files.write(folder.resolve("guest.bin"), HexFormat.ofDelimiter(" ").parseHex(hex));
    MachineBuilder builder =
        Machine.builder()
            .guest(image)
            .cpus(2)
            .schedule("parallel")
            .memory(1 << 20)
            .maxInstructions(100_000)
            .boot(BootOptions.defaults().withFlat(0x8000, 0x8000, CodeMode.BITS16));
    try (Machine machine = builder.build()) {
      assertEquals("parallel", machine.schedule());
      return machine.run(Progress.NONE);
    }
  }

  @Test
  void byTheDebugExitPort() throws Exception {
    RunResult result = run("b0 10 e6 f4 f4");
    assertEquals(Outcome.EXITED, result.outcome());
    assertEquals(33, result.guestExit());
    assertEquals(2, result.instructions());
  }

  @Test
  void haltingForEverIsADeadlock() throws Exception {
    RunResult result = run("fa f4");
    assertEquals(Outcome.DEADLOCK, result.outcome());
    assertTrue(result.reason().contains("1 waiting for a SIPI"), result.reason());
  }

  @Test
  void aTripleFaultKillsTheGuest() throws Exception {
    // LIDT of an empty table, then an interrupt.
    RunResult result = run("0f 01 1e 07 80 cc f4 00 00 00 00 00 00");
    assertEquals(Outcome.GUEST_DIED, result.outcome());
    assertTrue(result.report().contains("triple") || !result.report().isEmpty());
  }

  @Test
  void spinningEndsAtTheLimit() throws Exception {
    RunResult result = run("eb fe");
    assertEquals(Outcome.INSTRUCTION_LIMIT, result.outcome());
    assertTrue(result.instructions() <= 100_000);
  }

  @Test
  void whatIsNotImplementedIsNamed() throws Exception {
    RunResult result = run("0f 78 c0");
    assertEquals(Outcome.EMULATOR_ERROR, result.outcome());
    assertTrue(result.reason().contains("unimplemented-instruction"), result.reason());
    assertTrue(result.report().contains("8000"), result.report());
  }
}
