package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.guests.Stanza;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One run of a stanza through the real command, and whether it went as the stanza expects. */
record StanzaRun(
    Stanza stanza, String cpus, String mode, int seed, String engine, List<String> more) {
  private static final String VIOLATION = "violation:", RACE = "race:", HANG = "hang";

  @Override
  public String toString() {
    return stanza.name() + ", " + cpus + " CPUs, " + mode + ", seed " + seed + ", " + engine;
  }

  String expected() {
    return stanza.get("expect", "pass");
  }

  /** The stanza's memory order. */
  String order() {
    return stanza.get("memory-order", "sc");
  }

  /** The stanza runs a broken guest. */
  boolean mutant() {
    return expected().startsWith(VIOLATION);
  }

  /** The kinds that a race may be reported as, {@link #HANG} among them where it may never end. */
  private List<String> raceKinds() {
    return List.of(expected().substring(RACE.length()).split(","));
  }

  private List<String> arguments(Path json) {
    List<String> words = new ArrayList<>(List.of("run", stanza.guest(), "--json", json.toString()));
    words.addAll(List.of("--cpus", cpus, "--seed", Integer.toString(seed)));
    words.addAll(List.of("--engine", engine));
    words.addAll(List.of("--memory", stanza.get("memory", "64") + "M"));
    words.addAll(List.of("--append", (stanza.get("append", "") + " apic=" + mode).strip()));
    words.addAll(List.of("--tlb", stanza.get("tlb", "default")));
    words.addAll(List.of("--cpu", stanza.get("cpu", "intel")));
    for (String plugin : stanza.get("plugins", "apic pmap").split(" +")) {
      words.addAll(List.of("--plugin", plugin));
    }
    if (!more.contains("--memory-order")) {
      words.addAll(List.of("--memory-order", order()));
    }
    words.addAll(more);
    return words;
  }

  /** What a run gave. */
  record Outcome(Cli.Result result, JsonNode json) {
    Set<String> kinds() {
      Set<String> kinds = new TreeSet<>();
      json.get("violations").forEach(violation -> kinds.add(violation.get("kind").asText()));
      return kinds;
    }
  }

  Outcome run(Path folder) throws Exception {
    Path file = folder.resolve("summary.json");
    Cli.Result result = Cli.real(arguments(file).toArray(String[]::new));
    assertTrue(result.showsNoStackTrace(), result.err());
    return new Outcome(result, new ObjectMapper().readTree(file.toFile()));
  }

  /** True if the run reported, or did, what the stanza expects of a mutant or a race. */
  boolean found(Outcome outcome) {
    if (mutant()) {
      return outcome.kinds().contains(expected().substring(VIOLATION.length()));
    }
    return raceKinds().stream().anyMatch(outcome.kinds()::contains)
        || raceKinds().contains(HANG) && outcome.result().exit() == ExitCode.LIMIT.code();
  }

  void check(Outcome outcome) {
    Cli.Result result = outcome.result();
    assertFalse(result.err().contains("could not be translated"), result.err());
    if (mutant()) {
      assertTrue(found(outcome), outcome.kinds() + "\n" + result.out());
      assertEquals(ExitCode.VIOLATION.code(), result.exit(), result.out());
      return;
    }
    if (expected().startsWith(RACE)) {
      checkRace(outcome);
      return;
    }
    assertEquals(Set.of(), outcome.kinds(), outcome.json().get("violations").toPrettyString());
    String last =
        result
            .out()
            .lines()
            .filter(line -> line.matches("(PASS|FAIL|SKIP) .*"))
            .reduce("", (a, b) -> b);
    switch (expected()) {
      case "pass" -> {
        assertTrue(last.startsWith("PASS "), result.out() + result.err());
        assertEquals(33, result.exit(), result.out());
      }
      case "skip" -> {
        assertTrue(last.startsWith("SKIP "), result.out() + result.err());
        assertEquals(37, result.exit(), result.out());
      }
      case "triple-fault", "deadlock" ->
          assertEquals(ExitCode.GUEST_DIED.code(), result.exit(), result.out());
      case "timeout" -> assertEquals(ExitCode.LIMIT.code(), result.exit(), result.out());
      default -> assertEquals(expected(), "exit:" + result.exit(), result.out());
    }
  }

  private void checkRace(Outcome outcome) {
    Cli.Result result = outcome.result();
    List<String> kinds = raceKinds();
    if (!outcome.kinds().isEmpty()) {
      assertTrue(kinds.stream().anyMatch(outcome.kinds()::contains), outcome.kinds()::toString);
      assertEquals(ExitCode.VIOLATION.code(), result.exit(), result.out());
    } else if (result.exit() != 33) {
      assertTrue(kinds.contains(HANG), result.out() + result.err());
      assertTrue(
          Set.of(ExitCode.LIMIT.code(), ExitCode.GUEST_DIED.code()).contains(result.exit()),
          result.out());
    }
  }
}
