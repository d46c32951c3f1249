package io.tlbscope.tools.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.run.Machine;
import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.Progress;
import io.tlbscope.core.run.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Guests that mean harm, with the APIC plugin woven in: each run ends in an {@link Outcome}, never
 * in an exception, and the same seed ends the same way. {@code -Dtlbscope.guests} is another number
 * of guests for each mode, {@code -Dtlbscope.guests.first} another seed to begin with.
 */
class HostileGuestTest {
  private static final int GUESTS = Integer.getInteger("tlbscope.guests", 300);
  private static final int FIRST = Integer.getInteger("tlbscope.guests.first", 0);
  private static final long MOST_INSTRUCTIONS = 3000;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(CodeMode.class)
  void everyHostileGuestEndsInAnOutcome(CodeMode mode) throws Exception {
    // Classes stay woven while any machine uses them.
    try (Machine keeper = machine(mode, FIRST)) {
      assertTrue(keeper != null);
      Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
      for (int seed = FIRST; seed < FIRST + GUESTS; seed++) {
        RunResult result = run(mode, seed);
        String which = mode + " seed " + seed + ": ";
        assertTrue(result.instructions() <= MOST_INSTRUCTIONS, which + result.instructions());
        assertFalse(result.reason().startsWith("internal-error"), which + result.report());
        assertFalse(result.report().contains("Exception"), which + result.report());
        outcomes.merge(result.outcome(), 1, Integer::sum);
        if (seed % 100 == 0) {
          assertEquals(result, run(mode, seed), which + "does not replay");
        }
      }
      assertTrue(outcomes.size() >= 2, "hostile guests end in different ways: " + outcomes);
    }
  }

  private RunResult run(CodeMode mode, int seed) throws Exception {
    try (Machine machine = machine(mode, seed)) {
      return machine.run(Progress.NONE);
    }
  }

  private Machine machine(CodeMode mode, int seed) throws Exception {
    Path image = Files.write(folder.resolve("hostile.bin"), HostileGuest.image(mode, seed));
    return Machine.builder()
        .guest(image)
        .cpus(1 + seed % 2)
        .memory(1 << 20)
        .plugin("apic")
        .maxInstructions(MOST_INSTRUCTIONS)
        .seed(seed)
        .boot(BootOptions.defaults().withFlat(HostileGuest.LOAD, HostileGuest.LOAD, mode))
        .build();
  }
}
