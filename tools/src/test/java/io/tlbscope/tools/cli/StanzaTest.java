package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every stanza of the guests, with each of its CPU counts and APIC modes, through the real command.
 */
@Execution(ExecutionMode.CONCURRENT)
class StanzaTest {
  /** Seeds that the mutants and their healthy twins run on; more with -Dtlbscope.seeds=10. */
  private static final int MUTANT_SEEDS = Integer.getInteger("tlbscope.seeds", 3);

  /** Engines that the guests run on; with -Dtlbscope.engines=check both against each other. */
  private static final List<String> ENGINES =
      List.of(System.getProperty("tlbscope.engines", "interpret,translate").split(","));

  @TempDir Path folder;

  /** One run of a stanza. */
  record Case(Stanza stanza, String cpus, String mode, int seed, String engine) {
    @Override
    public String toString() {
      return stanza.name() + ", " + cpus + " CPUs, " + mode + ", seed " + seed + ", " + engine;
    }

    List<String> arguments(Path json) {
      List<String> words =
          new ArrayList<>(List.of("run", stanza.guest(), "--json", json.toString()));
      words.addAll(List.of("--cpus", cpus, "--seed", Integer.toString(seed)));
      words.addAll(List.of("--engine", engine));
      words.addAll(List.of("--memory", stanza.get("memory", "64") + "M"));
      words.addAll(List.of("--max-instructions", stanza.get("timeout", "200000000")));
      words.addAll(List.of("--append", (stanza.get("append", "") + " apic=" + mode).strip()));
      words.addAll(List.of("--tlb", stanza.get("tlb", "default")));
      words.addAll(List.of("--cpu", stanza.get("cpu", "intel")));
      for (String plugin : stanza.get("plugins", "apic,pmap").split(",")) {
        words.addAll(List.of("--plugin", plugin.strip()));
      }
      return words;
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Stanza stanza : Guests.stanzas()) {
      int seeds =
          stanza.name().startsWith("mutant-") || stanza.name().startsWith("healthy-")
              ? MUTANT_SEEDS
              : 1;
      for (String cpus : stanza.get("smp", "1").split(",")) {
        for (String mode : stanza.get("modes", "xapic").split(",")) {
          for (int seed = 1; seed <= seeds; seed++) {
            for (String engine : ENGINES) {
              cases.add(new Case(stanza, cpus.strip(), mode.strip(), seed, engine));
            }
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theGuestDoesWhatItsStanzaExpects(Case run) throws Exception {
    Path file = folder.resolve("summary.json");
    Cli.Result result = Cli.real(run.arguments(file).toArray(String[]::new));
    assertTrue(result.showsNoStackTrace(), result.err());
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    Set<String> kinds = new TreeSet<>();
    json.get("violations").forEach(violation -> kinds.add(violation.get("kind").asText()));
    String expect = run.stanza().get("expect", "pass");
    if (expect.startsWith("violation:")) {
      assertTrue(
          kinds.contains(expect.substring("violation:".length())), kinds + "\n" + result.out());
      assertEquals(ExitCode.VIOLATION.code(), result.exit(), result.out());
      return;
    }
    assertEquals(Set.of(), kinds, json.get("violations").toPrettyString());
    String last =
        result
            .out()
            .lines()
            .filter(line -> line.matches("(PASS|FAIL|SKIP) .*"))
            .reduce("", (a, b) -> b);
    switch (expect) {
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
      default -> assertEquals(expect, "exit:" + result.exit(), result.out());
    }
  }
}
