package io.tlbscope.tools.vectors;

/** Control and status words. */
final class Controls {
  private static final int MXCSR_RESET = 0x1F80, MXCSR_MASKS = 0x1F80, MXCSR_ALL = 0xFFFF;

  private Controls() {}

  /** Mostly masked, in every rounding mode, DAZ and FTZ now and then. */
  static int mxcsr(Dice dice) {
    return switch (dice.below(8)) {
      case 0, 1, 2 -> MXCSR_RESET | (int) dice.next() & 0x3F;
      case 3 -> (int) dice.next() & MXCSR_ALL;
      default -> MXCSR_MASKS | (int) dice.next() & MXCSR_ALL;
    };
  }
}
