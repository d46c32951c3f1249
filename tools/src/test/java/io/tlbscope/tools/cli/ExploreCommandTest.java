package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A race of the zoo is found, minimised and replayed. */
class ExploreCommandTest {
  private static final String GUEST = "zoo-mremap-unlock-before-flush";

  @TempDir private Path folder;

  private Cli.Result explore(String guest, String... more) {
    List<String> words = new ArrayList<>(List.of("explore", guest, "--out", folder.toString()));
    words.addAll(List.of(more));
    return Cli.real(words.toArray(String[]::new));
  }

  private JsonNode found(String strategy) throws IOException {
    Cli.Result result = explore(GUEST, "--strategy", strategy, "--seeds", "1..500", "--json", "-");
    assertEquals(18, result.exit(), result.out() + result.err());
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertEquals(1, json.get("findings").size());
    return json.get("findings").get(0);
  }

  private Cli.Result replay(String file, String trace) {
    return Cli.real(
        "replay",
        file,
        "--trace",
        folder.resolve(trace).toString(),
        "--json",
        folder.resolve(trace + ".json").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pct", "random"})
  void aRaceIsFoundMinimisedAndReplayedBitForBit(String strategy) throws IOException {
    JsonNode finding = found(strategy);
    assertEquals("stale-reused-frame", finding.get("kind").asText());
    int preemptions = finding.get("preemptions").asInt();
    assertTrue(preemptions >= 1, finding::toString);
    assertTrue(preemptions <= finding.get("preemptions_found").asInt(), finding::toString);
    String file = finding.get("replay").asText();
    Cli.Result first = replay(file, "first.tlbt");
    assertEquals(8, first.exit(), first.out() + first.err());
    assertEquals("", first.err());
    assertEquals(8, replay(file, "second.tlbt").exit());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("first.tlbt")),
        Files.readAllBytes(folder.resolve("second.tlbt")));
    JsonNode summary = new ObjectMapper().readTree(folder.resolve("first.tlbt.json").toFile());
    JsonNode violation = summary.get("violations").get(0);
    assertEquals("violation", summary.get("outcome").asText());
    assertEquals("stale-reused-frame", violation.get("kind").asText());
    assertTrue(
        finding.get("text").asText().endsWith(violation.get("message").asText()),
        () -> finding + " and " + violation);
  }

  @Test
  void theFindingDoesNotDependOnTheNumberOfJobs() throws IOException {
    JsonNode two = found("random");
    Cli.Result one =
        explore(GUEST, "--strategy", "random", "--seeds", "1..500", "--jobs", "1", "--json", "-");
    JsonNode json = new ObjectMapper().readTree(one.out()).get("findings").get(0);
    assertEquals(two.get("seed"), json.get("seed"));
    assertEquals(two.get("text"), json.get("text"));
    assertEquals(two.get("preemptions"), json.get("preemptions"));
  }

  @Test
  void nothingIsFoundAfterTheFix() {
    Cli.Result result = explore(GUEST + "-fixed", "--seeds", "1..30");
    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("nothing found"), result.out());
    assertTrue(result.out().contains("explored from the marker on"), result.out());
  }

  @Test
  void aGuestWithoutMarkerIsExploredFromResetAndMayFailUnderEveryOrder() throws IOException {
    Cli.Result result =
        explore("mutants", "--append", "mutant=no-acquire-fence", "--all", "--seeds", "1..3");
    assertEquals(18, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("explored from reset on"), result.out());
    assertTrue(result.out().contains("the plain order shows it"), result.out());
    assertTrue(result.out().contains("ack-without-read"), result.out());
    Path file = folder.resolve("mutants-ack-without-read-plain-0.replay");
    assertEquals(8, Cli.real("replay", file.toString()).exit());
  }

  @Test
  void aHangIsFoundAndReplayed() {
    Cli.Result result =
        explore("hang", "--max-instructions", "100000", "--seeds", "1..2", "--plugin", "none");
    assertEquals(18, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("no progress within 100,000 instructions"), result.out());
    Path file = folder.resolve("hang-hang-plain-0.replay");
    assertEquals(10, Cli.real("replay", file.toString()).exit());
  }

  @Test
  void badUsageIsSaidInOneLine() {
    for (String[] words :
        List.of(
            new String[] {"explore", "hello", "--strategy", "luck"},
            new String[] {"explore", "hello", "--seeds", "9..1"},
            new String[] {"explore", "hello", "--seeds", "x"},
            new String[] {"explore", "hello", "--jobs", "0"},
            new String[] {"explore", "hello", "--depth", "0"},
            new String[] {"explore", "hello", "--trace", "x"},
            new String[] {"explore", "hello", "--seed", "1"},
            new String[] {"replay", "x", "--cpus", "2"},
            new String[] {"zoo", "--strategies", "luck"},
            new String[] {"zoo", "--guests", "unicorn"},
            new String[] {"explore"},
            new String[] {"replay"})) {
      Cli.Result result = Cli.real(words);
      assertEquals(2, result.exit(), String.join(" ", words));
      assertEquals(1, result.err().lines().count(), result.err());
    }
  }

  @Test
  void badReplayFilesAreSaidInOneLine() throws IOException {
    Path file = folder.resolve("x.replay");
    assertRefused(file, "there is no replay file");
    Files.writeString(file, "hello");
    assertRefused(file, "is no replay file");
    explore("hang", "--max-instructions", "100000", "--seeds", "1", "--plugin", "none");
    Path good = folder.resolve("hang-hang-plain-0.replay");
    String text = Files.readString(good);
    Files.writeString(file, text.substring(0, text.length() / 2));
    assertRefused(file, "is damaged");
    Cli.Result other = Cli.real("replay", good.toString(), "--guest", "hello");
    assertEquals(4, other.exit());
    assertTrue(other.err().contains("is for another guest"), other.err());
  }

  private static void assertRefused(Path file, String why) {
    Cli.Result result = Cli.real("replay", file.toString());
    assertEquals(4, result.exit());
    assertTrue(result.err().contains(why), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  @Test
  void theZooTellsWhatFindsWhich() throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(page, "before\n" + ZooTable.START + "old\n" + ZooTable.END + "\nafter\n");
    Cli.Result result =
        Cli.real(
            "zoo",
            "--guests",
            "mremap-unlock-before-flush",
            "--strategies",
            "random",
            "--seeds",
            "100",
            "--page",
            page.toString());
    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("stale-reused-frame"), result.out());
    String text = Files.readString(page);
    assertTrue(text.startsWith("before\n") && text.endsWith("\nafter\n"), text);
    assertTrue(text.contains("| " + GUEST + " | random | stale-reused-frame |"), text);
    assertTrue(text.contains("nothing in 101"), text);
  }
}
