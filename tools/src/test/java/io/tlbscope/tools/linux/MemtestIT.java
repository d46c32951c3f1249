package io.tlbscope.tools.linux;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.tools.packaged.PackagedJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's memtest86+, as it is: a guest that knows every bit of its memory. */
class MemtestIT {
  private static final Path MEMTEST = Path.of("/boot/memtest86+x64.bin");

  /** A pass takes some 130,000,000,000. */
  private static final String MOST_INSTRUCTIONS = "600000000000";

  /** The screen over serial: after a pass its count is drawn anew. */
  private static final Pattern SECOND_PASS = Pattern.compile("Pass: +1 +Errors: (\\d+)");

  @TempDir static Path folder;

  @BeforeAll
  static void prepare() {
    boolean there = Files.isReadable(MEMTEST);
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(there, "memtest86+ is missing: apt-get install memtest86+");
    }
    assertTrue(there, "CI needs memtest86+");
  }

  @Test
  void memtestPassesOnTwoCpus() {
    String screen =
        assertTimeoutPreemptively(
            Duration.ofMinutes(12),
            () ->
                PackagedJar.until(
                    SECOND_PASS,
                    folder,
                    "run",
                    MEMTEST.toString(),
                    "--memory",
                    "64M",
                    "--cpus",
                    "2",
                    "--plugin",
                    "apic",
                    "--schedule",
                    "parallel",
                    "--max-instructions",
                    MOST_INSTRUCTIONS,
                    "--append",
                    "console=ttyS0,115200 nopause"));
    String end = screen.substring(Math.max(0, screen.length() - 4000));
    assertTrue(screen.contains("CPU: 2 Cores 2 Threads    SMP: 2T (PAR)"), end);
    assertTrue(Pattern.compile("Pass: +1 +Errors: 0\\b").matcher(screen).find(), end);
  }
}
