package io.tlbscope.tools.cli;

import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stanzas on host threads: each with its largest number of CPUs up to 16 in its first APIC
 * mode; all numbers and modes with -Dtlbscope.parallel=all. A stanza that asks for exact time says
 * so ({@code parallel = no ...}).
 */
class ParallelStanzaTest {
  private static final int MOST_CPUS = 16;
  private static final boolean ALL = "all".equals(System.getProperty("tlbscope.parallel"));

  /** Runs in which a mutant's race may show up. */
  private static final int TRIES = 5;

  /** Waiting CPUs retire instructions as long as the host takes: the limit only ends what hangs. */
  private static final long PATIENCE = 50;

  @TempDir Path folder;

  static Stream<StanzaRun> cases() {
    return Guests.stanzas().stream()
        .filter(stanza -> !stanza.get("parallel", "yes").startsWith("no "))
        .flatMap(ParallelStanzaTest::cases);
  }

  private static Stream<StanzaRun> cases(Stanza stanza) {
    List<Integer> counts =
        Arrays.stream(stanza.get("smp", "1").split(","))
            .map(count -> Integer.valueOf(count.strip()))
            .filter(count -> ALL || count <= MOST_CPUS)
            .toList();
    List<String> modes = Arrays.stream(stanza.get("modes", "xapic").split(",")).toList();
    return (ALL ? counts : counts.subList(Math.max(0, counts.size() - 1), counts.size()))
        .stream()
            .flatMap(
                cpus ->
                    (ALL ? modes : modes.subList(0, 1))
                        .stream().map(mode -> run(stanza, cpus, mode.strip())));
  }

  private static StanzaRun run(Stanza stanza, int cpus, String mode) {
    long limit = Long.parseLong(stanza.get("timeout", "200000000"));
    boolean ends = !stanza.get("expect", "pass").equals("timeout");
    return new StanzaRun(
        stanza,
        Integer.toString(cpus),
        mode,
        1,
        "translate",
        List.of(
            "--schedule",
            "parallel",
            "--max-instructions",
            Long.toString(ends ? limit * PATIENCE : limit)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theGuestDoesWhatItsStanzaExpects(StanzaRun run) throws Exception {
    StanzaRun.Outcome outcome = run.run(folder);
    for (int more = 1; more < TRIES && run.mutant() && !run.found(outcome); more++) {
      outcome = run.run(folder);
    }
    run.check(outcome);
  }
}
