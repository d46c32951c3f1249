package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.plugin.PluginException;
import io.tlbscope.core.run.MachineException;
import io.tlbscope.core.run.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCommandTest {
  @TempDir Path folder;
  private final FakeMachines machines = new FakeMachines();

  private Cli.Result run(String... more) {
    List<String> words = new ArrayList<>(List.of("run", "hello"));
    words.addAll(List.of(more));
    return Cli.run(machines, words.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "EXITED, 33, false, 33",
    "EXITED, 1, false, 1",
    "EXITED, 511, false, 255",
    "EXITED, 33, true, 8",
    "POWERED_OFF, 0, false, 0",
    "POWERED_OFF, 0, true, 8",
    "GUEST_DIED, 0, false, 6",
    "DEADLOCK, 0, false, 6",
    "INSTRUCTION_LIMIT, 0, false, 10",
    "EMULATOR_ERROR, 0, false, 14",
    "PLUGIN_ERROR, 0, false, 12",
    "STOPPED, 0, false, 12"
  })
  void exitCodesFollowTheOutcome(Outcome outcome, int guestExit, boolean violation, int expected) {
    machines.outcome = outcome;
    machines.guestExit = guestExit;
    machines.violation = violation;
    Cli.Result result = run("--cpus", "2");
    assertEquals(expected, result.exit(), result.out() + result.err());
  }

  @Test
  void passesTheConsoleThroughAndThenTheSummaryOnALineOfItsOwn() {
    Cli.Result result = run("--cpus", "2", "--plugin", "apic", "--plugin", "pmap");
    assertTrue(result.out().startsWith("PASS hello\nhello: exited with status 33\n"), result.out());
    assertTrue(result.out().contains("40 initiated, 40 completed, 0 lost"), result.out());
    assertEquals("", result.err());
  }

  @Test
  void jsonOnStandardOutputIsAloneThere() throws IOException {
    machines.violation = true;
    Cli.Result result = run("--cpus", "2", "--json", "-", "--seed", "5");
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertEquals(5, json.get("seed").asInt());
    assertEquals(8, json.get("exit_code").asInt());
    assertEquals("stale-use", json.get("violations").get(0).get("kind").asText());
    assertTrue(result.err().contains("PASS hello"), result.err());
  }

  @Test
  void writesTraceReportPerfettoAndJson() throws IOException {
    Path trace = folder.resolve("t.tlbt");
    Cli.Result result =
        run(
            "--cpus",
            "3",
            "--trace",
            trace.toString(),
            "--report",
            folder.resolve("r.html").toString(),
            "--perfetto",
            folder.resolve("p.pftrace").toString(),
            "--json",
            folder.resolve("s.json").toString());
    assertEquals(33, result.exit(), result.err());
    for (String name : List.of("t.tlbt", "r.html", "p.pftrace", "s.json")) {
      assertTrue(Files.size(folder.resolve(name)) > 500, name);
    }
    assertEquals(
        0,
        Cli.run(machines, "report", trace.toString(), "-o", folder.resolve("again.html").toString())
            .exit());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("r.html")),
        Files.readAllBytes(folder.resolve("again.html")));
  }

  @Test
  void theSameRunGivesTheSameTrace() throws IOException {
    run("--cpus", "3", "--seed", "9", "--trace", folder.resolve("a").toString());
    run("--cpus", "3", "--seed", "9", "--trace", folder.resolve("b").toString());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("a")), Files.readAllBytes(folder.resolve("b")));
  }

  @Test
  @Timeout(30)
  void theTimeOutStopsTheRunAndItsOutputsAreWritten() throws IOException {
    machines.untilStopped = true;
    Cli.Result result = run("--timeout", "0.05", "--report", folder.resolve("r.html").toString());
    assertEquals(10, result.exit());
    assertTrue(result.out().contains("time-out of 0.05 s"), result.out());
    assertTrue(Files.size(folder.resolve("r.html")) > 1000);
  }

  @Test
  void theDemoTakesRunsOptionsWithDefaultsOfItsOwn() {
    Cli.Result result =
        Cli.run(machines, "demo", "--seed", "3", "--report", folder.resolve("r.html").toString());
    assertEquals(0, result.exit(), result.err());
    assertEquals(4, machines.spec.cpus());
    assertEquals(List.of("apic", "pmap"), machines.spec.plugins());
    assertEquals(3, machines.spec.seed());
    Cli.run(
        machines,
        "demo",
        "--cpus",
        "2",
        "--plugin",
        "none",
        "--report",
        folder.resolve("r.html").toString());
    assertEquals(2, machines.spec.cpus());
    assertEquals(List.of(), machines.spec.plugins());
  }

  @Test
  void aMachineThatCannotBeBuiltIsOneLine() {
    machines.refusal = new MachineException("--tlb 3x is no geometry; give sets x ways");
    assertEquals(2, run().exit());
    machines.refusal = new MachineException("hello is not an image");
    assertEquals(4, run().exit());
    machines.refusal =
        new MachineException("there is no plugin x", new PluginException("there is no plugin x"));
    Cli.Result result = run();
    assertEquals(12, result.exit());
    assertEquals("tlbscope: there is no plugin x\n", result.err());
  }

  @Test
  void aBugIsOneLineUnlessDebuggingIsAskedFor() {
    machines.failure = new IllegalStateException("two entries for one page");
    Cli.Result result = run();
    assertEquals(14, result.exit());
    assertTrue(
        result.err().contains("internal error") && result.err().contains("please report"),
        result.err());
    assertTrue(result.showsNoStackTrace(), result.err());
    assertFalse(run("--debug").showsNoStackTrace());
    machines.failure = new EmulatorError("x87", "no x87 yet");
    assertEquals("tlbscope: x87: no x87 yet\n", run().err());
  }

  @Test
  void checksOutputsWithoutTouchingWhatIsThere() throws IOException {
    Path old = Files.writeString(folder.resolve("old.html"), "precious");
    machines.refusal = new MachineException("no");
    run("--report", old.toString(), "--trace", folder.resolve("new").toString());
    assertEquals("precious", Files.readString(old));
  }
}
