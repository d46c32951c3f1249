package io.tlbscope.tools.cli;

import io.tlbscope.tools.bench.Benchmarks;
import io.tlbscope.tools.console.Terminal;

/** What bench is at: a line that changes on a terminal, else a line for each figure. */
final class BenchProgress implements Benchmarks.Listener {
  private final Terminal terminal;
  private final boolean interactive = Terminal.isInteractive();
  private final long start = System.nanoTime();
  private String last = "";

  BenchProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void next(int done, int total, String measure, String peer) {
    terminal.progress(
        () ->
            "%.0f s · %d of %d · %s on %s%s"
                .formatted((System.nanoTime() - start) / 1e9, done, total, measure, peer, last));
  }

  @Override
  public void got(String measure, String peer, String text) {
    last = " · " + measure + " on " + peer + ": " + text;
    if (!interactive) {
      terminal.err().println(measure + " on " + peer + ": " + text);
    }
  }
}
