package io.tlbscope.core.interpret;

/** A decoded block, shared by the machine's vCPUs. Immutable but for {@link #valid}. */
public final class Code {
  /**
   * Physical address of the first byte; of the second page's start when the one instruction crosses
   * pages, else -1.
   */
  public final long pa, pa2;

  /** The bytes it was decoded from: a store that changes none of them costs no decoding. */
  final byte[] bytes;

  final Step[] steps;
  final Exit exit;

  /** Number of the instruction that a step (or, last, the exit) belongs to. */
  final int[] instructionOf;

  /** Offset in CS of each instruction, and of what follows the block. */
  final long[] rips;

  /** Instructions. */
  public final int count;

  /** False after a store into its bytes' page, until the bytes were compared. */
  public volatile boolean valid = true;

  /** What an engine above made of the code from here on, for all vCPUs; null if nothing. */
  public volatile Object translation;

  Code(long pa, long pa2, byte[] bytes, Step[] steps, Exit exit, int[] instructionOf, long[] rips) {
    this.pa = pa;
    this.pa2 = pa2;
    this.bytes = bytes;
    this.steps = steps;
    this.exit = exit;
    this.instructionOf = instructionOf;
    this.rips = rips;
    this.count = rips.length - 1;
  }

  Step stepAt(int position) {
    return position < steps.length ? steps[position] : exit;
  }
}
