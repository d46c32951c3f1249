package io.tlbscope.tools.bench;

/** A peer cannot give a figure; the message says why. */
final class Skipped extends Exception {
  private static final long serialVersionUID = 1L;

  Skipped(String reason) {
    super(reason);
  }
}
