package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --save} and {@code run --restore} through the real command. */
class SaveAndRestoreTest {
  private static final List<String> DEMO =
      List.of("run", "demo", "--cpus", "2", "--memory", "16M", "--seed", "7");

  @TempDir Path folder;

  private static Cli.Result run(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    Cli.Result result = Cli.real(all.toArray(String[]::new));
    assertTrue(result.showsNoStackTrace(), result.err());
    return result;
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  /** The summary without what depends on the host, and on events that another run has traced. */
  private JsonNode summary(String name) throws Exception {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(folder.resolve(name).toFile());
    json.remove(List.of("host", "woven", "events", "latencies"));
    return json;
  }

  @Test
  void aRestoredRunEndsAsTheSavedOneDid() throws Exception {
    Cli.Result whole =
        run(DEMO, "--save", file("s"), "--save-at", "400000", "--json", file("whole"));
    assertEquals(33, whole.exit(), whole.err());
    Cli.Result rest = run(DEMO, "--restore", file("s"), "--json", file("rest"));
    assertEquals(33, rest.exit(), rest.err());
    JsonNode expected = summary("whole");
    JsonNode real = summary("rest");
    for (String key : List.of("outcome", "guest_exit", "instructions", "pmap", "apic", "seed")) {
      assertTrue(expected.has(key), key + " in " + expected);
      assertEquals(expected.get(key), real.get(key), key);
    }
    assertTrue(rest.out().contains("PASS"), rest.out());
    // Without --seed it is the saved one's that goes on.
    run(DEMO.subList(0, DEMO.size() - 2), "--restore", file("s"), "--json", file("again"));
    assertEquals(real, summary("again"));
  }

  @Test
  void outputsAreMadeOfWhatHappensAfterTheRestore() throws Exception {
    run(DEMO, "--save", file("s"), "--save-at", "400000");
    Cli.Result rest =
        run(
            DEMO,
            "--restore",
            file("s"),
            "--trace",
            file("rest.tlbt"),
            "--perfetto",
            file("rest.perfetto"),
            "--report",
            file("rest.html"));
    assertEquals(33, rest.exit(), rest.err());
    for (String name : List.of("rest.tlbt", "rest.perfetto", "rest.html")) {
      assertTrue(Files.size(folder.resolve(name)) > 10_000, name);
    }
    Cli.Result report = Cli.real("report", file("rest.tlbt"), "--report", file("again.html"));
    assertEquals(0, report.exit(), report.err());
  }

  @Test
  void anotherSeedGoesAnotherWay() throws Exception {
    run(DEMO, "--save", file("s"), "--save-at", "400000");
    List<String> options = DEMO.subList(0, DEMO.size() - 2);
    List<JsonNode> perCpu = new ArrayList<>();
    for (String seed : List.of("8", "9", "9")) {
      Cli.Result fork = run(options, "--restore", file("s"), "--seed", seed, "--json", file(seed));
      assertEquals(33, fork.exit(), fork.err());
      perCpu.add(summary(seed));
    }
    assertNotEquals(perCpu.get(0), perCpu.get(1));
    assertEquals(perCpu.get(1), perCpu.get(2));
  }

  @Test
  void theMarkerIsWhereItIsSaved() throws Exception {
    // 'a', the marker, 'b', exit with status 33.
    byte[] code =
        HexFormat.ofDelimiter(" ").parseHex("b0 61 e6 e9 b0 e5 e6 80 b0 62 e6 e9 b0 10 e6 f4 f4");
    Path image = Files.write(folder.resolve("marked.bin"), code);
    List<String> words =
        List.of(
            "run", image.toString(), "--load-address", "0x8000", "--mode", "16", "--memory", "1M");
    Cli.Result whole = run(words, "--save", file("s"));
    assertEquals(33, whole.exit(), whole.err());
    assertTrue(whole.out().startsWith("ab"), whole.out());
    Cli.Result rest = run(words, "--restore", file("s"));
    assertEquals(33, rest.exit(), rest.err());
    assertTrue(rest.out().startsWith("b"), rest.out());
  }

  @Test
  void aRunThatNeverGetsThereSaysSo() {
    Cli.Result result = run(List.of("run", "hello"), "--save", file("s"));
    assertEquals(ExitCode.OUTPUT.code(), result.exit());
    assertTrue(result.err().contains("give --save-at N"), result.err());
    Cli.Result late =
        run(List.of("run", "hello"), "--save", file("s"), "--save-at", "999999999999");
    assertTrue(late.err().contains("give a smaller --save-at"), late.err());
  }

  @Test
  void anOptionThatDiffersIsNamed() throws Exception {
    run(DEMO, "--save", file("s"), "--save-at", "1000");
    Cli.Result cpus =
        run(List.of("run", "demo", "--cpus", "3", "--memory", "16M"), "--restore", file("s"));
    assertEquals(ExitCode.USAGE.code(), cpus.exit());
    assertTrue(cpus.err().contains("--cpus differs"), cpus.err());
    Cli.Result plugin =
        run(
            List.of("run", "demo", "--cpus", "2", "--memory", "16M", "--plugin", "apic"),
            "--restore",
            file("s"));
    assertTrue(plugin.err().contains("--plugin differs"), plugin.err());
    Cli.Result guest =
        run(List.of("run", "hello", "--cpus", "2", "--memory", "16M"), "--restore", file("s"));
    assertEquals(ExitCode.INPUT.code(), guest.exit());
    assertTrue(guest.err().contains("the guest's image differs"), guest.err());
  }

  @Test
  void aFileThatIsNoneIsRefused() throws Exception {
    Path foreign = Files.writeString(folder.resolve("foreign"), "something else");
    Cli.Result result = run(List.of("run", "hello"), "--restore", foreign.toString());
    assertEquals(ExitCode.INPUT.code(), result.exit());
    assertTrue(result.err().contains("no snapshot of tlbscope"), result.err());
    Cli.Result absent = run(List.of("run", "hello"), "--restore", file("absent"));
    assertTrue(absent.err().contains("no such file"), absent.err());
  }
}
