package io.tlbscope.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Pairs the marker lines of one name. What is out of order or says nothing is dropped. */
final class SampleCollector {
  private final String name;
  private final List<Sample> samples = new ArrayList<>();
  private long started;
  private boolean running;

  SampleCollector(String name) {
    this.name = name;
  }

  /**
   * Takes one line of the console.
   *
   * @param nanos when it was read
   * @return whether it completed a sample
   */
  boolean line(String text, long nanos) {
    Optional<MarkerLine> found = MarkerLine.parse(text).filter(mark -> mark.name().equals(name));
    if (found.isEmpty()) {
      return false;
    }
    MarkerLine mark = found.get();
    boolean complete = mark.end() && running && mark.ops() > 0 && nanos > started;
    if (complete) {
      samples.add(new Sample(started, nanos - started, mark.ops(), mark.sum()));
    }
    running = !mark.end();
    started = nanos;
    return complete;
  }

  List<Sample> samples() {
    return List.copyOf(samples);
  }
}
