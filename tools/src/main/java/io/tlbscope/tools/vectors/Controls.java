package io.tlbscope.tools.vectors;

/** Control and status words. */
final class Controls {
  /** 24, 53 and 64 bits. */
  private static final int[] PRECISIONS = {0, 0x200, 0x300};

  private static final int MXCSR_RESET = 0x1F80, MXCSR_FLAGS = 0x3F, MXCSR_MASKS = 0x1F80;
  private static final int MXCSR_DAZ = 1 << 6, MXCSR_FTZ = 1 << 15, MXCSR_ROUNDING = 3 << 13;

  /** Control word after FNINIT: all exceptions masked, 64 bits, to nearest. */
  private static final int FCW_INITIAL = 0x37F;

  private Controls() {}

  /**
   * The x87 FPU: mostly full of numbers, masked exceptions, any precision and rounding; now and
   * then empty registers and unmasked exceptions, some of them pending.
   */
  static void x87(Dice dice, Vector v) {
    boolean unmasked = dice.once(8);
    v.fcw = FCW_INITIAL & ~0xF00 | (int) dice.next() & 0xC00 | PRECISIONS[dice.below(3)];
    v.fcw &= unmasked ? ~((int) dice.next() & 0x3F) : -1;
    v.fsw = (int) dice.next() & 0x7F00 | (dice.once(2) ? (int) dice.next() & 0x7F : 0);
    if ((v.fsw & ~v.fcw & 0x3F) != 0) {
      if (dice.once(2)) {
        v.fsw |= 0x8080;
      } else {
        v.fsw &= ~0x3F;
      }
    }
    v.used = dice.once(3) ? (int) dice.next() & 0xFF : dice.once(6) ? 0 : 0xFF;
    for (int i = 0; i < 8; i++) {
      Values.extended(dice, v.st, 2 * i);
    }
  }

  /**
   * MXCSR: any flags; in half of the vectors all exceptions are masked and numbers are rounded to
   * nearest, else any rounding, and now and then DAZ, FTZ and unmasked exceptions.
   */
  static int mxcsr(Dice dice) {
    int word = MXCSR_RESET | (int) dice.next() & MXCSR_FLAGS;
    if (dice.once(2)) {
      return word;
    }
    word |= (int) dice.next() & MXCSR_ROUNDING;
    word |= dice.once(3) ? (int) dice.next() & (MXCSR_DAZ | MXCSR_FTZ) : 0;
    return dice.once(3) ? word & ~((int) dice.next() & MXCSR_MASKS) : word;
  }
}
