package io.tlbscope.core.memory;

/** What a locked operation makes of memory, as one indivisible step. */
public enum AtomicKind {
  ADD,
  AND,
  OR,
  XOR,
  /** The operand takes memory's place. */
  EXCHANGE,
  /** Two's complement; no operand. */
  NEGATE,
  /** The operand takes memory's place if memory holds the expected value. */
  COMPARE_EXCHANGE;

  private static final AtomicKind[] ALL = values();

  /** The kind of that ordinal, as IR operations carry it. */
  public static AtomicKind of(int ordinal) {
    return ALL[ordinal];
  }

  /**
   * What memory holds afterwards; only the low bits of all values count.
   *
   * @param mask ones for the bits of the operand's width
   */
  public long apply(long old, long expected, long operand, long mask) {
    return switch (this) {
      case ADD -> old + operand;
      case AND -> old & operand;
      case OR -> old | operand;
      case XOR -> old ^ operand;
      case EXCHANGE -> operand;
      case NEGATE -> -old;
      case COMPARE_EXCHANGE -> ((old ^ expected) & mask) == 0 ? operand : old;
    };
  }
}
