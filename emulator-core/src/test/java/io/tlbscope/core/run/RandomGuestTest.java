package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.isa.CodeMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random bytes as guests: each run ends in an {@link Outcome}, never in an exception, and the same
 * seed ends the same way.
 */
class RandomGuestTest {
  /**
   * Together with the three modes 10,002 guests. {@code -Dtlbscope.guests} is another number for
   * each mode, {@code -Dtlbscope.guests.first} another seed to begin with.
   */
  private static final int GUESTS_A_MODE = Integer.getInteger("tlbscope.guests", 3334);

  private static final int FIRST = Integer.getInteger("tlbscope.guests.first", 0);

  private static final int SIZE = 4096;
  private static final long MOST_INSTRUCTIONS = 2000;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(CodeMode.class)
  void everyRandomGuestEndsInAnOutcome(CodeMode mode) throws Exception {
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    for (int seed = FIRST; seed < FIRST + GUESTS_A_MODE; seed++) {
      RunResult result = run(mode, seed);
      assertTrue(
          result.instructions() <= MOST_INSTRUCTIONS,
          "seed " + seed + ": " + result.instructions());
      assertFalse(
          result.reason().startsWith("internal-error"), "seed " + seed + ": " + result.report());
      assertFalse(result.report().contains("Exception"), "seed " + seed + ": " + result.report());
      outcomes.merge(result.outcome(), 1, Integer::sum);
      if (seed % 100 == 0) {
        assertEquals(result, run(mode, seed), "seed " + seed + " replays");
      }
    }
    assertTrue(outcomes.size() >= 3, "random guests end in different ways: " + outcomes);
  }

  private RunResult run(CodeMode mode, int seed) throws Exception {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    Path image = Files.write(folder.resolve("random.bin"), bytes);
    try (Machine machine =
        Machine.builder()
            .guest(image)
            .memory(1 << 20)
            .maxInstructions(MOST_INSTRUCTIONS)
            .seed(seed)
            .boot(BootOptions.defaults().withFlat(0x8000, 0x8000, mode))
            .build()) {
      return machine.run(Progress.NONE);
    }
  }
}
