package io.tlbscope.tools.bench;

/**
 * One pair of marker lines.
 *
 * @param startNanos when the start line came, on the clock of {@link System#nanoTime}
 * @param nanos from there to the end line, above 0
 * @param ops operations in between, above 0
 * @param sum their checksum; empty where there is none
 */
record Sample(long startNanos, long nanos, long ops, String sum) {
  double nanosPerOp() {
    return (double) nanos / ops;
  }

  long endNanos() {
    return startNanos + nanos;
  }
}
