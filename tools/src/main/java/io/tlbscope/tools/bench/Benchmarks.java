package io.tlbscope.tools.bench;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Measures what was asked for. */
public final class Benchmarks {
  /**
   * What is wanted.
   *
   * @param only names of measures or groups; empty for all
   * @param peers to compare with, besides tlbscope
   * @param runs processes for each measure and peer; 1 and more
   * @param quick small samples and short warm-up
   * @param engine of tlbscope; empty for its default
   * @param version of tlbscope
   * @param command the words of this command, for the result
   */
  public record Request(
      List<String> only,
      List<String> peers,
      int runs,
      boolean quick,
      String engine,
      String version,
      String command) {}

  /** Told of the work. */
  public interface Listener {
    /** A process starts: {@code done} of {@code total} are over. */
    void next(int done, int total, String measure, String peer);

    /** What it gave, or why it gave nothing, as text. */
    void got(String measure, String peer, String text);

    /** A run through all measures is over: the result if it were the last. */
    void pass(BenchResult soFar);
  }

  /** Names that {@code --peers} takes. */
  public static final List<String> PEERS = List.of("native", "qemu", "bochs");

  private Benchmarks() {}

  /**
   * Checks the names.
   *
   * @return a sentence with the mend; empty when all is known
   */
  public static Optional<String> unknown(Request request) {
    for (String peer : request.peers()) {
      if (!PEERS.contains(peer)) {
        return Optional.of(
            "--peers "
                + peer
                + " is unknown; give some of "
                + String.join(", ", PEERS)
                + ", or none");
      }
    }
    try {
      Suite.choose(Suite.all(Kernel.all()), request.only());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(
          "--only " + e.getMessage() + " is unknown; 'tlbscope bench --list' shows the names");
    }
  }

  /** A line for each measure: its name, group and meaning. */
  public static List<String> list() {
    return Suite.all(Kernel.all()).stream()
        .map(each -> "%-28s %-9s %s".formatted(each.name(), each.group().text(), each.what()))
        .toList();
  }

  /**
   * Measures; takes from seconds to half an hour.
   *
   * @throws IOException when processes or files fail
   * @throws IllegalStateException when tlbscope itself cannot be started
   */
  public static BenchResult measure(Request request, Listener listener)
      throws IOException, InterruptedException {
    Map<String, Supplier<Peer>> known =
        Map.of(
            "native", () -> new NativePeer(Kernel.all()),
            "qemu", QemuPeer::new,
            "bochs", BochsPeer::new);
    List<Peer> peers = new ArrayList<>();
    peers.add(new TlbscopePeer(request.engine(), request.version()));
    PEERS.stream()
        .filter(request.peers()::contains)
        .forEach(name -> peers.add(known.get(name).get()));
    return measure(request, peers, Suite.all(Kernel.all()), listener);
  }

  static BenchResult measure(
      Request request, List<Peer> asked, List<Measure> all, Listener listener)
      throws IOException, InterruptedException {
    Map<String, String> absent = new LinkedHashMap<>();
    List<Peer> peers = new ArrayList<>();
    for (Peer peer : asked) {
      peer.absent().ifPresentOrElse(why -> absent.put(peer.name(), why), () -> peers.add(peer));
    }
    Map<String, String> versions = new LinkedHashMap<>();
    peers.forEach(peer -> versions.put(peer.name(), peer.version()));
    Instant begin = Instant.now();
    long start = System.nanoTime();
    Function<List<BenchResult.Row>, BenchResult> result =
        rows ->
            result(
                request,
                begin.truncatedTo(ChronoUnit.SECONDS).toString(),
                (System.nanoTime() - start) / 1e9,
                versions,
                absent,
                rows);
    Effort effort = request.quick() ? Effort.quick(request.runs()) : Effort.full(request.runs());
    try (Lab lab = new Lab(effort)) {
      Bench bench = new Bench(Suite.choose(all, request.only()), peers, told(listener, result));
      return result.apply(bench.run(lab));
    }
  }

  private static BenchResult result(
      Request request,
      String date,
      double seconds,
      Map<String, String> versions,
      Map<String, String> absent,
      List<BenchResult.Row> rows) {
    List<String> names = List.copyOf(versions.keySet());
    return new BenchResult(
        BenchResult.FORMAT,
        request.version(),
        date,
        seconds,
        host(),
        request.command(),
        versions,
        absent,
        rows,
        Comparisons.means(rows, names),
        Comparisons.patterns(rows, Kernel.all(), names),
        Comparisons.disagreements(rows));
  }

  private static Map<String, String> host() {
    Map<String, String> host = new LinkedHashMap<>();
    host.put("processor", Programs.processor());
    host.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    host.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    host.put("java", Runtime.version().toString());
    return host;
  }

  private static Bench.Progress told(
      Listener listener, Function<List<BenchResult.Row>, BenchResult> result) {
    return new Bench.Progress() {
      @Override
      public void next(int done, int total, Measure measure, Peer peer) {
        listener.next(done, total, measure.name(), peer.name());
      }

      @Override
      public void got(Measure measure, Peer peer, Reading reading, String reason) {
        String text =
            reading == null
                ? "skipped: " + reason
                : Quantity.text(reading.value(), measure.unit().text());
        listener.got(measure.name(), peer.name(), text);
      }

      @Override
      public void pass(List<BenchResult.Row> rows) {
        listener.pass(result.apply(rows));
      }
    };
  }
}
