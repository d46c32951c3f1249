package io.tlbscope.tools.cli;

import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  static Stream<StanzaRun> cases() {
    List<StanzaRun> cases = new ArrayList<>();
    for (Stanza stanza : Guests.stanzas()) {
      int seeds =
          stanza.name().startsWith("mutant-") || stanza.name().startsWith("healthy-")
              ? MUTANT_SEEDS
              : 1;
      List<String> limit = List.of("--max-instructions", stanza.get("timeout", "200000000"));
      for (String cpus : stanza.get("smp", "1").split(",")) {
        for (String mode : stanza.get("modes", "xapic").split(",")) {
          for (int seed = 1; seed <= seeds; seed++) {
            for (String engine : engines(stanza)) {
              cases.add(new StanzaRun(stanza, cpus.strip(), mode.strip(), seed, engine, limit));
            }
          }
        }
      }
    }
    return cases.stream();
  }

  /** Translated code has no store buffers. */
  private static List<String> engines(Stanza stanza) {
    return stanza.get("memory-order", "sc").equals("tso") ? List.of("interpret") : ENGINES;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theGuestDoesWhatItsStanzaExpects(StanzaRun run) throws Exception {
    run.check(run.run(folder));
  }
}
