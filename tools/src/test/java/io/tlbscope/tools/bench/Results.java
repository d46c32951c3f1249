package io.tlbscope.tools.bench;

import io.tlbscope.tools.bench.BenchResult.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small results for tests of comparing and rendering. */
final class Results {
  private Results() {}

  static Figures figures(double... runs) {
    List<Reading> readings =
        java.util.Arrays.stream(runs)
            .mapToObj(run -> new Reading(run, run * 2, 10, "ab", List.of()))
            .toList();
    return Figures.of(readings);
  }

  static Row row(String name, Group group, Unit unit, Map<String, Figures> peers) {
    return new Row(
        name,
        group.text(),
        unit.text(),
        unit.moreIsBetter() ? "more" : "less",
        "what " + name + " does",
        peers);
  }

  static Row kernel(String name, Figures ours, Figures bare, Figures qemu) {
    Map<String, Figures> peers = new LinkedHashMap<>();
    peers.put("tlbscope", ours);
    peers.put("native", bare);
    peers.put("qemu", qemu);
    return row(name, Group.KERNELS, Unit.NANOS_PER_OP, peers);
  }

  static BenchResult of(List<Row> rows, List<Kernel> kernels) {
    Map<String, String> peers = new LinkedHashMap<>();
    peers.put("tlbscope", "0.1");
    peers.put("native", "a processor");
    peers.put("qemu", "QEMU 7.2");
    List<String> names = List.copyOf(peers.keySet());
    return new BenchResult(
        BenchResult.FORMAT,
        "0.1",
        "2026-01-02T03:04:05Z",
        12.5,
        Map.of("processor", "A Processor", "processors", "2"),
        "./tlbscope bench",
        peers,
        Map.of("bochs", "not found"),
        rows,
        Comparisons.means(rows, names),
        Comparisons.patterns(rows, kernels, names),
        Comparisons.disagreements(rows));
  }

  /** Two kernels, one of them on two kinds of addresses, and one that tlbscope lacks. */
  static BenchResult small() {
    List<Kernel> kernels =
        List.of(new Kernel("copy", true, "a"), new Kernel("copy_pow2", true, "b"));
    return of(
        List.of(
            kernel("copy", figures(20, 22, 21), figures(10), figures(84)),
            kernel("copy_pow2", figures(42), figures(12), figures(840)),
            kernel("x87", Figures.skipped("no x87"), figures(5), figures(50)),
            row(
                "rate",
                Group.SMP,
                Unit.OPS_PER_SECOND,
                Map.of("tlbscope", figures(4000), "qemu", figures(1000)))),
        kernels);
  }
}
