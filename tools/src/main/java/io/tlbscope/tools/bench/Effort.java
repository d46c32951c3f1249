package io.tlbscope.tools.bench;

/**
 * How much time a measure may take.
 *
 * @param runs processes for each measure and peer
 * @param window what counts in each
 * @param scale size of a sample, in thousandths of about a second under QEMU
 * @param curveSeconds how long the warm-up curve is
 * @param limitSeconds after which a process is ended
 */
record Effort(int runs, Window window, int scale, int curveSeconds, int limitSeconds) {
  /** For figures to keep. */
  static Effort full(int runs) {
    return new Effort(runs, new Window(1500, 600, 3), 200, 8, 90);
  }

  /** For a look: small samples, short warm-up. */
  static Effort quick(int runs) {
    return new Effort(runs, new Window(400, 100, 2), 20, 3, 30);
  }
}
