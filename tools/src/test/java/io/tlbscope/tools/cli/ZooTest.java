package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.tlbscope.core.run.Machine;
import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The zoo: each bug is found under some seed, and the report names whom the stanza names; the twin
 * after the fix is never reported.
 */
class ZooTest {
  /** Seeds that a race is given to show; more with -Dtlbscope.zoo.seeds=1000. */
  private static final int SEEDS = Integer.getInteger("tlbscope.zoo.seeds", 80);

  private static final int TWIN_SEEDS = Integer.getInteger("tlbscope.zoo.seeds", 10);

  /** Short slices: there are more interleavings in a few thousand instructions. */
  private static final List<String> SHORT_SLICES = List.of("--quantum", "30");

  @TempDir static Path shared;
  @TempDir Path folder;

  /** Holds the plugins' woven classes, which are else made anew for each run. */
  private static Machine open;

  @BeforeAll
  static void weaveOnce() throws Exception {
    Path guest = Guests.extract("hello", shared).orElseThrow();
    open = Machine.builder().guest(guest).cpus(1).plugin("apic").plugin("pmap,check=stale").build();
  }

  @AfterAll
  static void close() throws Exception {
    open.close();
  }

  static Stream<Stanza> zoo() {
    return Guests.stanzas().stream().filter(stanza -> stanza.name().startsWith("zoo-"));
  }

  static Stream<Stanza> bugs() {
    return zoo().filter(stanza -> stanza.keys().containsKey("twin"));
  }

  static Stream<Stanza> races() {
    return bugs().filter(stanza -> !stanza.keys().containsKey("counter"));
  }

  static Stream<Stanza> harmless() {
    return zoo().filter(stanza -> stanza.get("expect", "").equals("exit:33"));
  }

  static Stream<Stanza> counted() {
    return bugs().filter(stanza -> stanza.keys().containsKey("counter"));
  }

  private static StanzaRun run(Stanza stanza, int seed) {
    List<String> more = new ArrayList<>(SHORT_SLICES);
    more.addAll(List.of("--max-instructions", "200000"));
    return new StanzaRun(
        stanza,
        stanza.get("smp", "2"),
        stanza.get("modes", "xapic"),
        seed,
        "interpret",
        List.copyOf(more));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("races")
  void theBugIsFoundAndTheReportNamesWhoIsToBlame(Stanza stanza) throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      StanzaRun run = run(stanza, seed);
      StanzaRun.Outcome outcome = run.run(folder);
      if (run.found(outcome)) {
        run.check(outcome);
        for (JsonNode violation : outcome.json().get("violations")) {
          checkNames(stanza, violation);
        }
        return;
      }
    }
    fail("not found under " + SEEDS + " seeds");
  }

  private static void checkNames(Stanza stanza, JsonNode violation) {
    JsonNode writer = violation.at("/details/writer/symbol");
    if (writer.isMissingNode()) {
      return;
    }
    assertNames(stanza.get("writer", ""), writer.asText(), violation);
    assertNames(stanza.get("user", ""), violation.get("symbol").asText(), violation);
  }

  private static void assertNames(String function, String symbol, JsonNode violation) {
    if (function.isEmpty()) {
      return;
    }
    assertEquals(function, symbol.replaceAll("\\+.*", ""), violation::toPrettyString);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("harmless")
  void nothingIsFoundInTheTwinAndItEnds(Stanza stanza) throws Exception {
    for (int seed = 1; seed <= TWIN_SEEDS; seed++) {
      StanzaRun run = run(stanza, seed);
      run.check(run.run(folder));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("counted")
  void whatIsOnlySlowShowsInItsCounter(Stanza stanza) throws Exception {
    Stanza twin =
        zoo().filter(s -> s.name().equals(stanza.get("twin", ""))).findFirst().orElseThrow();
    String counter = stanza.get("counter", "");
    long slow = run(stanza, 1).run(folder).json().at(counter).asLong(-1);
    long healthy = run(twin, 1).run(folder).json().at(counter).asLong(-1);
    assertTrue(healthy >= 0 && slow > 10 * (healthy + 1), slow + " against " + healthy);
  }

  private static String image(String guest) {
    return new String(Guests.image(guest).orElseThrow(), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void theStanzaNamesFunctionsOfTheGuestAndThePageTellsOfIt(Stanza stanza) throws Exception {
    String images = image(stanza.guest()) + image(stanza.get("twin", ""));
    for (String key : List.of("writer", "user", "missing")) {
      String function = stanza.get(key, "");
      assertTrue(images.contains("\0" + function + "\0"), key + " = " + function);
    }
    String page = Files.readString(Path.of("..", "docs", "zoo-guests.md"));
    int at = page.indexOf("### " + stanza.name() + "\n");
    assertTrue(at >= 0, "docs/zoo-guests.md has no section for it");
    String section = page.substring(at).split("\n#", 2)[0];
    assertTrue(section.contains(stanza.get("source", "")), section);
  }
}
