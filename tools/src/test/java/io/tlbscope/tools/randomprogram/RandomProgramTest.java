package io.tlbscope.tools.randomprogram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomProgramTest {
  private static final int PROGRAMS = 300;

  /** Enough for a loop to be translated. */
  private static final long HOT = 10_000;

  @TempDir Path folder;

  /** Exceptions and interrupts of all programs, by vector. */
  private final long[] vectors = new long[64];

  private RunResult run(RandomProgram program) throws Exception {
    Path file = Files.write(folder.resolve("program"), program.image());
    try (Machine machine =
        Machine.builder()
            .guest(file)
            .memory(RandomProgram.MEMORY)
            .maxInstructions(RandomProgram.MOST_INSTRUCTIONS)
            .boot(
                BootOptions.defaults()
                    .withFlat(RandomProgram.LOAD_ADDRESS, RandomProgram.ENTRY, CodeMode.BITS64))
            .build()) {
      RunResult result = machine.run(Progress.NONE);
      for (int n = 0; n < vectors.length; n++) {
        vectors[n] += machine.physical().read(Layout.VECTORS + 4L * n, 4);
      }
      return result;
    }
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() {
    for (int seed = 0; seed < 30; seed++) {
      byte[] image = RandomProgram.of(seed).image();
      assertArrayEquals(image, RandomProgram.of(seed).image(), "seed " + seed);
      assertFalse(Arrays.equals(image, RandomProgram.of(seed + 1).image()), "seed " + seed);
    }
  }

  @Test
  void everyProgramGetsHotAndEndsWithItsStatus() throws Exception {
    for (int seed = 0; seed < PROGRAMS; seed++) {
      RunResult result = run(RandomProgram.of(seed));
      assertEquals(Outcome.EXITED, result.outcome(), "seed " + seed + ": " + result.reason());
      assertEquals(RandomProgram.EXIT_STATUS, result.guestExit(), "seed " + seed);
      assertTrue(result.instructions() > HOT, "seed " + seed + ": " + result.instructions());
    }
    // #DE, #DB, #BP, #BR, #UD, #SS, #GP, #PF, INT n, timer
    for (int vector : new int[] {0, 1, 3, 5, 6, 12, 13, 14, Layout.SOFTWARE_VECTOR, Timer.VECTOR}) {
      assertTrue(vectors[vector] > 0, "no program came to vector " + vector);
    }
  }

  @Test
  void listingsNameEveryMode() {
    StringBuilder text = new StringBuilder();
    for (int seed = 0; seed < 30; seed++) {
      text.append(Listing.of(RandomProgram.of(seed)));
    }
    for (CodeMode mode : CodeMode.values()) {
      assertTrue(text.indexOf("; " + mode) >= 0, mode.toString());
    }
    assertTrue(text.indexOf("iretq") >= 0, "no handler in the listings");
  }
}
