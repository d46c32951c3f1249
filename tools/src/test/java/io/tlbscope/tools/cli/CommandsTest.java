package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.HookPoints;
import io.tlbscope.tools.SyntheticTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @TempDir Path folder;
  private final FakeMachines machines = new FakeMachines();

  @Test
  void guestsListsTheBundledOnes() {
    Cli.Result result = Cli.run(machines, "guests");
    assertTrue(result.out().lines().anyMatch(line -> line.startsWith("hello")), result.out());
    assertTrue(result.out().lines().anyMatch(line -> line.startsWith("demo")), result.out());
  }

  @Test
  void hooksListsEveryHookPoint() {
    Cli.Result result = Cli.run(machines, "hooks");
    HookPoints.all()
        .forEach(seam -> assertTrue(result.out().contains(seam.id() + "\n"), seam.id()));
  }

  @Test
  void disasmShowsAFunctionOfABundledGuest() {
    Cli.Result result =
        Cli.run(machines, "disasm", "hello", "--symbol", "test_main", "--count", "3");
    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("test_main:"), result.out());
    assertEquals(
        3,
        result.out().lines().filter(line -> line.matches(" +[0-9a-f]+  [0-9a-f]+ .*")).count(),
        result.out());
  }

  @Test
  void disasmTakesFlatCode() throws IOException {
    Path flat = Files.write(folder.resolve("flat.bin"), new byte[] {(byte) 0x90, (byte) 0xF4});
    Cli.Result result =
        Cli.run(machines, "disasm", flat.toString(), "--load-address", "0x7c00", "--mode", "16");
    assertTrue(result.out().contains("7c00  90") && result.out().contains("hlt"), result.out());
    assertEquals(4, Cli.run(machines, "disasm", flat.toString()).exit());
  }

  @Test
  void reportRefusesATruncatedTraceOnlyIfNothingCanBeShown() throws IOException {
    byte[] whole = Files.readAllBytes(SyntheticTrace.write(folder.resolve("t"), 2, 2000, 1, false));
    Path page = folder.resolve("r.html");
    Path half = Files.write(folder.resolve("half"), Arrays.copyOf(whole, whole.length * 3 / 4));
    assertEquals(0, Cli.run(machines, "report", half.toString(), "-o", page.toString()).exit());
    Cli.Result lines = Cli.run(machines, "report", half.toString(), "--jsonl", "-");
    assertEquals(4, lines.exit());
    assertTrue(lines.err().contains("ends early"), lines.err());
    Path head = Files.write(folder.resolve("head"), Arrays.copyOf(whole, 40));
    Cli.Result result = Cli.run(machines, "report", head.toString(), "-o", page.toString());
    assertEquals(4, result.exit());
    assertTrue(result.err().contains("ends early") && result.showsNoStackTrace(), result.err());
  }
}
