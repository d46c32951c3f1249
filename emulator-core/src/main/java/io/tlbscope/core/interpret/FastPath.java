package io.tlbscope.core.interpret;

/**
 * Faster code for what starts at a block's head. An engine above this room makes it and puts it
 * into {@link Node#fast}; it must do what the steps would do, instruction for instruction.
 */
public abstract class FastPath extends OwnLines {
  /** Not entered: nothing changed. */
  public static final int ABSENT = 0;

  /** Left at an instruction's start; go on at {@code s.rip}. */
  public static final int LEFT = 1;

  /**
   * As LEFT, before an instruction that only the steps can do: its block must be interpreted, or
   * nothing would ever move.
   */
  public static final int STUCK = 2;

  /** Instructions that it has retired. */
  protected long ran;

  /**
   * Runs from the head of its node, which {@link NodeTable#holds}. {@code s.rip} and {@code
   * s.retired} are brought up to date, no event is taken, no hook but {@code mmio.claims} is
   * called.
   *
   * @param end {@code s.retired} must not pass it
   */
  public abstract int run(long end);
}
