package io.tlbscope.tools.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar explores a guest and replays what it found. */
class ExploreIT {
  @TempDir Path folder;

  @Test
  void aRaceIsFoundAndReplayedWithItsReport() throws Exception {
    PackagedJar.Result found =
        PackagedJar.run(folder, "explore", "zoo-mremap-unlock-before-flush", "--out", ".");
    assertEquals(18, found.exit(), found.out() + found.err());
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".replay")).toList();
    }
    assertEquals(1, files.size(), files::toString);
    PackagedJar.Result replayed =
        PackagedJar.run(folder, "replay", files.getFirst().toString(), "--report", "race.html");
    assertEquals(8, replayed.exit(), replayed.out() + replayed.err());
    assertTrue(replayed.out().contains("stale-reused-frame"), replayed.out());
    assertTrue(Files.size(folder.resolve("race.html")) > 10_000);
  }

  @Test
  void theFixedTwinHasNoFinding() throws Exception {
    PackagedJar.Result result =
        PackagedJar.run(
            folder, "explore", "zoo-mremap-unlock-before-flush-fixed", "--seeds", "1..100");
    assertEquals(0, result.exit(), result.out() + result.err());
  }
}
