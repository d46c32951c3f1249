package io.tlbscope.tools.bench;

/** Takes the lines of a process's standard output as they come. */
@FunctionalInterface
interface Console {
  /**
   * Takes one line.
   *
   * @param nanos when it was read, on the clock of {@link System#nanoTime}
   * @return whether more lines are wanted; if not, the process is ended
   */
  boolean line(String text, long nanos);
}
