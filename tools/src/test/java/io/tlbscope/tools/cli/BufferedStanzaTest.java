package io.tlbscope.tools.cli;

import io.tlbscope.guests.Guests;
import io.tlbscope.guests.Stanza;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stanzas of several CPUs with store buffers, on their largest number up to four, in their last
 * APIC mode: what is right on processors is right here, and what is broken is found.
 */
@Execution(ExecutionMode.CONCURRENT)
class BufferedStanzaTest {
  private static final int LEAST_CPUS = 2, MOST_CPUS = 4;

  @TempDir Path folder;

  static Stream<StanzaRun> cases() {
    return Guests.stanzas().stream().flatMap(BufferedStanzaTest::run);
  }

  private static Stream<StanzaRun> run(Stanza stanza) {
    String[] modes = stanza.get("modes", "xapic").split(",");
    return Arrays.stream(stanza.get("smp", "1").split(","))
        .map(count -> Integer.valueOf(count.strip()))
        .filter(count -> count >= LEAST_CPUS && count <= MOST_CPUS)
        .reduce((smaller, larger) -> larger)
        .stream()
        .map(
            cpus ->
                new StanzaRun(
                    stanza,
                    Integer.toString(cpus),
                    modes[modes.length - 1].strip(),
                    1,
                    "interpret",
                    List.of(
                        "--memory-order",
                        "tso",
                        "--max-instructions",
                        stanza.get("timeout", "200000000"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theGuestDoesWhatItsStanzaExpects(StanzaRun run) throws Exception {
    run.check(run.run(folder));
  }
}
