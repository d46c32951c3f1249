package io.tlbscope.tools.cli;

import io.tlbscope.tools.console.Terminal;
import io.tlbscope.tools.explore.Explorer;
import io.tlbscope.tools.explore.Symptom;

/** What an exploration is at: a line that changes on a terminal. */
final class ExploreProgress implements Explorer.Listener {
  private final Terminal terminal;
  private final String what;
  private final long start = System.nanoTime();

  /**
   * @param what stands before the figures
   */
  ExploreProgress(Terminal terminal, String what) {
    this.terminal = terminal;
    this.what = what;
  }

  @Override
  public void at(long schedules, int findings) {
    terminal.progress(
        () -> {
          double seconds = (System.nanoTime() - start) / 1e9;
          return what
              + "%.1f s · %,d schedules, %,.0f a second · %d findings"
                  .formatted(seconds, schedules, schedules / seconds, findings);
        });
  }

  @Override
  public void minimising(Symptom symptom, int runs) {
    terminal.progress(() -> what + "minimising " + symptom.kind() + " · " + runs + " runs");
  }
}
