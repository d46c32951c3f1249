package io.tlbscope.tools.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.tools.machine.CoreMachines;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Guests that mean harm, with the APIC plugin woven in: each run ends in an {@link Outcome}, never
 * in an exception, and the same seed ends the same way. {@code -Dtlbscope.guests} is another number
 * of guests for each kind, {@code -Dtlbscope.guests.first} another seed to begin with.
 */
class HostileGuestTest {
  private static final int GUESTS = Integer.getInteger("tlbscope.guests", 300);
  private static final int FIRST = Integer.getInteger("tlbscope.guests.first", 0);

  @TempDir Path folder;

  private HostileRun run(String engine, String memoryOrder) {
    return new HostileRun(CoreMachines::build, folder.resolve("hostile.bin"), engine, memoryOrder);
  }

  /** Every hundredth guest runs twice, to the same end. */
  private static RunResult stood(HostileRun run, HostileKind kind, int seed) throws Exception {
    RunResult result = run.run(kind, seed);
    assertEquals(Optional.empty(), HostileRun.wrong(result), kind + " seed " + seed);
    if (seed % 100 == 0) {
      assertEquals(result, run.run(kind, seed), kind + " seed " + seed + " does not replay");
    }
    return result;
  }

  @ParameterizedTest
  @EnumSource(HostileKind.class)
  void everyHostileGuestEndsInAnOutcome(HostileKind kind) throws Exception {
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    try (HostileRun run = run("translate", "sc")) {
      for (int seed = FIRST; seed < FIRST + GUESTS; seed++) {
        RunResult result = stood(run, kind, seed);
        outcomes.merge(result.outcome(), 1, Integer::sum);
      }
    }
    assertTrue(outcomes.size() >= 2, "hostile guests end in different ways: " + outcomes);
  }

  @ParameterizedTest
  @EnumSource(HostileKind.class)
  void storeBuffersStandThemToo(HostileKind kind) throws Exception {
    try (HostileRun run = run("interpret", "tso")) {
      for (int seed = FIRST; seed < FIRST + GUESTS; seed++) {
        stood(run, kind, seed);
      }
    }
  }
}
