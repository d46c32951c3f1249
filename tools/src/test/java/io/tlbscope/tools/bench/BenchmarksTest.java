package io.tlbscope.tools.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The whole way from processes to a result, with shell scripts for machines. */
class BenchmarksTest {
  /** Keeps what it is told. */
  private static final class Told implements Benchmarks.Listener {
    private final List<String> turns = new ArrayList<>();
    private final List<Integer> passes = new ArrayList<>();

    @Override
    public void next(int done, int total, String measure, String peer) {
      turns.add(measure + " " + peer + " " + done + "/" + total);
    }

    @Override
    public void got(String measure, String peer, String text) {}

    @Override
    public void pass(BenchResult soFar) {
      passes.add(
          soFar.measures().getFirst().peers().values().stream()
              .mapToInt(figures -> figures.runs().size())
              .max()
              .orElse(0));
    }
  }

  /** Runs the script, whatever the guest. */
  private record Script(String name, String script, Optional<String> absent) implements Peer {
    @Override
    public String version() {
      return "of today";
    }

    @Override
    public Optional<String> lacks(GuestRun run) {
      return run.append().contains("only=fib") ? Optional.of("no fib") : Optional.empty();
    }

    @Override
    public List<String> command(GuestRun run, Path image) {
      return List.of("sh", "-c", script);
    }

    @Override
    public Window window(Window asked) {
      return new Window(0, 1, 2);
    }
  }

  private static Peer peer(String name, String script) {
    return new Script(name, script, Optional.empty());
  }

  private static BenchResult measure(List<Peer> peers, Benchmarks.Listener listener, String... only)
      throws Exception {
    Benchmarks.Request request =
        new Benchmarks.Request(List.of(only), List.of(), 3, true, "", "1", "bench");
    return Benchmarks.measure(request, peers, Suite.all(Kernel.all()), listener);
  }

  private static final String SIEVE =
      "while :; do echo '# bench sieve start'; echo '# bench sieve end ops=3 sum=%s'; done";

  @Test
  void everyPeerIsMeasuredInTurnAndAbsentOnesAreSkippedByName() throws Exception {
    Told told = new Told();
    BenchResult result =
        measure(
            List.of(
                peer("tlbscope", SIEVE.formatted("ab")),
                new Script("gone", "", Optional.of("gone not found")),
                peer("native", SIEVE.formatted("ab"))),
            told,
            "sieve");
    assertEquals(
        List.of(
            "sieve tlbscope 0/6",
            "sieve native 1/6",
            "sieve tlbscope 2/6",
            "sieve native 3/6",
            "sieve tlbscope 4/6",
            "sieve native 5/6"),
        told.turns);
    assertEquals(List.of(1, 2, 3), told.passes, "each run's figures are there after it");
    assertEquals("gone not found", result.absent().get("gone"));
    Figures figures = result.measure("sieve").orElseThrow().of("native").orElseThrow();
    assertEquals(3, figures.runs().size());
    assertTrue(figures.median() > 0);
    assertEquals(List.of(), result.disagreements());
    assertEquals(1, result.means().size());
  }

  @Test
  void machinesThatComputeDifferentThingsAreTold() throws Exception {
    BenchResult result =
        measure(
            List.of(peer("tlbscope", SIEVE.formatted("ab")), peer("native", SIEVE.formatted("cd"))),
            new Told(),
            "sieve");
    assertEquals(1, result.disagreements().size());
  }

  @Test
  void whatGivesNoFigureSaysWhyAndIsAskedOnce() throws Exception {
    Told told = new Told();
    BenchResult result =
        measure(
            List.of(
                peer("a", "echo 'bench: unimplemented-instruction: vCPU 0 reached d9 ee'; exit 14"),
                peer("b", "echo 'ok 1 - # SKIP invpcid: no INVPCID'"),
                peer("c", "echo 'tlbscope: --schedule parallel is not there yet' >&2; exit 2"),
                peer("d", "exit 7")),
            told,
            "sieve",
            "fib");
    BenchResult.Row sieve = result.measure("sieve").orElseThrow();
    assertEquals(
        "unimplemented-instruction: vCPU 0 reached d9 ee", sieve.peers().get("a").skipped());
    assertEquals("the guest skipped it: invpcid: no INVPCID", sieve.peers().get("b").skipped());
    assertEquals("--schedule parallel is not there yet", sieve.peers().get("c").skipped());
    assertEquals(
        "it printed no marker lines and ended with status 7", sieve.peers().get("d").skipped());
    assertEquals("no fib", result.measure("fib").orElseThrow().peers().get("a").skipped());
    assertEquals(8, told.turns.size());
  }

  @Test
  void namesThatNobodyKnowsAreRefused() {
    assertTrue(
        Benchmarks.unknown(request(List.of("sieve", "nonsense"), List.of("qemu")))
            .orElseThrow()
            .startsWith("--only nonsense is unknown"));
    assertTrue(
        Benchmarks.unknown(request(List.of(), List.of("vax")))
            .orElseThrow()
            .startsWith("--peers vax is unknown"));
    assertEquals(
        Optional.empty(),
        Benchmarks.unknown(request(List.of("kernels", "hello", "smp"), List.of("native"))));
  }

  @Test
  void everyMeasureHasANameOfItsOwn() {
    List<Measure> all = Suite.all(Kernel.all());
    assertEquals(all.size(), all.stream().map(Measure::name).distinct().count());
    assertEquals(all.size(), Benchmarks.list().size());
    for (Group group : Group.values()) {
      assertTrue(all.stream().anyMatch(each -> each.group() == group), group.text());
      assertTrue(all.stream().noneMatch(each -> each.name().equals(group.text())), group.text());
    }
  }

  private static Benchmarks.Request request(List<String> only, List<String> peers) {
    return new Benchmarks.Request(only, peers, 1, true, "", "1", "bench");
  }
}
