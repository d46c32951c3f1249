package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.tools.console.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class InterruptTest {
  /** What Java ends with after SIGTERM; after SIGINT it is 130. */
  private static final int SIGTERM_STATUS = 143;

  @TempDir Path folder;

  /** The process of its own that the test interrupts: a run that ends only when it is stopped. */
  static final class Endless {
    private Endless() {}

    public static void main(String[] arguments) {
      FakeMachines machines = new FakeMachines();
      machines.untilStopped = true;
      System.exit(
          Main.execute(
              new Context(new Terminal(System.out, System.err, false), machines::build),
              arguments));
    }
  }

  @Test
  @Timeout(120)
  void aSignalEndsTheRunWithItsReportAndSummaryWritten() throws IOException, InterruptedException {
    Path report = folder.resolve("r.html");
    Path json = folder.resolve("s.json");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Endless.class.getName(),
                    "run",
                    "hello",
                    "--cpus",
                    "2",
                    "--report",
                    report.toString(),
                    "--json",
                    json.toString()))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder start = new StringBuilder();
      while (!start.toString().endsWith("PASS hello")) {
        int next = out.read();
        assertTrue(next >= 0, () -> "it ended early: " + start);
        start.append((char) next);
      }
      // TERM and not INT: a background job of a shell is started with INT ignored, and Java then
      // leaves it so.
      process.toHandle().destroy();
      String rest = out.lines().collect(Collectors.joining("\n"));
      assertEquals(SIGTERM_STATUS, process.waitFor(), rest);
      assertTrue(rest.contains("interrupted"), rest);
    }
    assertTrue(Files.readString(report).endsWith("</html>\n"));
    assertTrue(Files.readString(json).contains("\"exit_code\" : 130"));
  }
}
