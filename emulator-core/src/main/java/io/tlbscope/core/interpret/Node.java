package io.tlbscope.core.interpret;

import io.tlbscope.core.ir.LiftMode;

/**
 * A block at a linear address of one vCPU: where its code is, how long that is known to hold, and
 * who follows it.
 */
final class Node {
  final long linear;
  final long rip;
  final LiftMode mode;
  final boolean single;
  Code code;

  /**
   * Fetch generation in which {@link #code} was last found at {@link #linear}; -1 never, for code
   * that crosses pages.
   */
  long generation = -1;

  /** Successors at the exit's target and other; rechecked by their generation. */
  Node target, other;

  Node(long linear, long rip, LiftMode mode, boolean single, Code code) {
    this.linear = linear;
    this.rip = rip;
    this.mode = mode;
    this.single = single;
    this.code = code;
  }
}
