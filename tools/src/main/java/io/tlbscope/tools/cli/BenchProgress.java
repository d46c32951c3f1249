package io.tlbscope.tools.cli;

import io.tlbscope.tools.bench.BenchResult;
import io.tlbscope.tools.bench.Benchmarks;
import io.tlbscope.tools.console.Terminal;
import java.util.function.Consumer;

/** What bench is at: a line that changes on a terminal, else a line for each figure. */
final class BenchProgress implements Benchmarks.Listener {
  private final Terminal terminal;
  private final Consumer<BenchResult> kept;
  private final boolean interactive = Terminal.isInteractive();
  private final long start = System.nanoTime();
  private String last = "";

  /**
   * @param kept told of what each run through all measures leaves
   */
  BenchProgress(Terminal terminal, Consumer<BenchResult> kept) {
    this.terminal = terminal;
    this.kept = kept;
  }

  @Override
  public void pass(BenchResult soFar) {
    kept.accept(soFar);
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
