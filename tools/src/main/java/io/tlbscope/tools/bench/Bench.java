package io.tlbscope.tools.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes every measure from every peer, interleaved: each run goes through all measures, each
 * measure through all peers one after the other, so that what disturbs the host disturbs all of
 * them.
 */
final class Bench {
  /** Told of each process. */
  interface Progress {
    /**
     * @param done processes before this one, of {@code total}
     */
    void next(int done, int total, Measure measure, Peer peer);

    /**
     * @param reading null when skipped
     * @param reason empty unless skipped
     */
    void got(Measure measure, Peer peer, Reading reading, String reason);

    /** A run through all measures is over; {@code rows} is what all runs so far gave. */
    void pass(List<BenchResult.Row> rows);
  }

  private record Cell(String measure, String peer) {}

  private final List<Measure> measures;
  private final List<Peer> peers;
  private final Progress progress;
  private final Map<Cell, List<Reading>> readings = new LinkedHashMap<>();
  private final Map<Cell, String> skipped = new LinkedHashMap<>();

  Bench(List<Measure> measures, List<Peer> peers, Progress progress) {
    this.measures = measures;
    this.peers = peers;
    this.progress = progress;
  }

  List<BenchResult.Row> run(Lab lab) throws IOException, InterruptedException {
    int total = lab.effort().runs() * measures.size() * peers.size();
    int done = 0;
    for (int run = 0; run < lab.effort().runs(); run++) {
      for (Measure measure : measures) {
        for (Peer peer : peers) {
          take(lab, measure, peer, done++, total);
        }
      }
      progress.pass(rows());
    }
    return rows();
  }

  private List<BenchResult.Row> rows() {
    return measures.stream().map(this::row).toList();
  }

  private void take(Lab lab, Measure measure, Peer peer, int done, int total)
      throws IOException, InterruptedException {
    Cell cell = new Cell(measure.name(), peer.name());
    if (Suite.ownOnly(measure) && !peer.name().equals(TlbscopePeer.NAME)) {
      skipped.putIfAbsent(cell, "it is about tlbscope alone");
    }
    if (skipped.containsKey(cell)) {
      return;
    }
    progress.next(done, total, measure, peer);
    try {
      Reading reading = measure.take(peer, lab);
      readings.computeIfAbsent(cell, any -> new ArrayList<>()).add(reading);
      progress.got(measure, peer, reading, "");
    } catch (Skipped e) {
      // A peer that failed in a later run keeps the figures of the others, and is asked again.
      if (!readings.containsKey(cell)) {
        skipped.put(cell, e.getMessage());
      }
      progress.got(measure, peer, null, e.getMessage());
    }
  }

  private BenchResult.Row row(Measure measure) {
    Map<String, Figures> figures = new LinkedHashMap<>();
    for (Peer peer : peers) {
      Cell cell = new Cell(measure.name(), peer.name());
      figures.put(
          peer.name(),
          readings.containsKey(cell)
              ? Figures.of(readings.get(cell))
              : Figures.skipped(skipped.get(cell)));
    }
    return new BenchResult.Row(
        measure.name(),
        measure.group().text(),
        measure.unit().text(),
        measure.unit().moreIsBetter() ? "more" : "less",
        measure.what(),
        figures);
  }
}
