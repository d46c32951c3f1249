package io.tlbscope.core.fp;

/**
 * What one operation works in: rounding and precision control and the exception masks as it begins,
 * the result and the exceptions when it ends. One thread uses it; nothing is allocated.
 *
 * <p>Bits are those of the x87 control and status words (Intel SDM vol. 1, 8.1.3 and 8.1.5).
 */
public final class ExtendedUnit {
  /** Exceptions: invalid, denormal, zero divide, overflow, underflow, precision; stack fault. */
  public static final int IE = 1, DE = 2, ZE = 4, OE = 8, UE = 16, PE = 32, SF = 64;

  /** Condition code C1: rounded up, or which way a stack fault went. */
  public static final int C1 = 1 << 9;

  /** Rounding control, {@link #rounding()}. */
  public static final int NEAREST = 0, DOWN = 1, UP = 2, ZERO = 3;

  /** What unmasked overflow and underflow add to or take from the exponent. */
  private static final int WRAP = 24576;

  private static final long HALF = 1L << 63;

  /** The control word: masks in bits 5..0, precision in 9..8, rounding in 11..10. */
  public int control = 0x37F;

  /** Exceptions raised, and C1. */
  public int flags;

  /** The result: sign and exponent, significand. */
  public int se;

  public long significand;

  /** Set when an operand was a denormal of a narrower format, which is none any more. */
  public boolean denormalOperand;

  /** Makes ready for an operation under a control word. */
  public void begin(int word) {
    control = word;
    flags = 0;
    denormalOperand = false;
  }

  public int rounding() {
    return control >> 10 & 3;
  }

  /** Bits of the significand that precision control leaves. */
  public int precision() {
    return switch (control >> 8 & 3) {
      case 0 -> 24;
      case 2 -> 53;
      default -> 64;
    };
  }

  /** An unmasked exception that comes before the operation: the destination keeps its value. */
  public boolean blocked() {
    return (flags & ~control & (IE | DE | ZE)) != 0;
  }

  public void result(int newSe, long newSignificand) {
    se = newSe;
    significand = newSignificand;
  }

  public void zero(boolean negative) {
    result(negative ? Extended.SIGN : 0, 0);
  }

  public void infinity(boolean negative) {
    result(negative ? 0xFFFF : 0x7FFF, Extended.INTEGER);
  }

  /** #IA: the indefinite. */
  public void invalid() {
    flags |= IE;
    result(Extended.INDEFINITE, Extended.INDEFINITE_SIGNIFICAND);
  }

  /** #Z: an infinity. */
  public void zeroDivide(boolean negative) {
    flags |= ZE;
    infinity(negative);
  }

  /** Raises #D for a denormal operand; true if it is unmasked, which ends the operation. */
  public boolean denormal(boolean any) {
    if (any || denormalOperand) {
      flags |= DE;
      return (control & DE) == 0;
    }
    return false;
  }

  /**
   * Rounds to the precision that is in force.
   *
   * @param exponent biased, of any size
   * @param high the significand, its highest bit set
   * @param low what follows it; its lowest bit may stand for all that is lost
   */
  public void round(boolean negative, int exponent, long high, long low) {
    round(negative, exponent, high, low, precision());
  }

  /** As {@link #round(boolean, int, long, long)} to a precision of 24, 53 or 64 bits. */
  public void round(boolean negative, int exponent, long high, long low, int bits) {
    if (exponent > 0 && exponent < Extended.EXPONENT - 1) {
      long unit = 1L << 64 - bits;
      long rest = bits == 64 ? low : high << bits | (low != 0 ? 1 : 0);
      long kept = high & -unit;
      if (rest != 0) {
        flags |= PE;
        if (up(negative, (kept & unit) != 0, rest)) {
          flags |= C1;
          kept += unit;
          if (kept == 0) {
            kept = Extended.INTEGER;
            exponent++;
          }
        }
      }
      se = negative ? exponent | Extended.SIGN : exponent;
      significand = kept;
    } else {
      roundAtTheEdge(negative, exponent, high, low, bits);
    }
  }

  private boolean up(boolean negative, boolean odd, long rest) {
    return switch (rounding()) {
      case NEAREST -> rest == HALF ? odd : rest < 0;
      case DOWN -> negative;
      case UP -> !negative;
      default -> false;
    };
  }

  private void roundAtTheEdge(boolean negative, int exponent, long high, long low, int bits) {
    long unit = 1L << 64 - bits;
    long rest = bits == 64 ? low : high << bits | (low != 0 ? 1 : 0);
    long kept = high & -unit;
    boolean increment = rest != 0 && up(negative, (kept & unit) != 0, rest);
    int after = exponent;
    if (increment) {
      kept += unit;
      if (kept == 0) {
        kept = Extended.INTEGER;
        after++;
      }
    }
    if (after <= 0 && (control & UE) != 0) {
      denormalise(negative, exponent, high, low, bits);
      return;
    }
    flags |= rest != 0 ? PE : 0;
    flags |= increment ? C1 : 0;
    if (after <= 0) {
      flags |= UE;
      after += WRAP;
      if (after <= 0) {
        flags |= PE;
        flags &= ~C1;
        zero(negative);
        return;
      }
    } else if (after >= Extended.EXPONENT) {
      flags |= OE;
      if ((control & OE) != 0) {
        overflow(negative, unit);
        return;
      }
      after -= WRAP;
      if (after >= Extended.EXPONENT) {
        flags |= PE | C1;
        infinity(negative);
        return;
      }
    }
    se = negative ? after | Extended.SIGN : after;
    significand = kept;
  }

  private void overflow(boolean negative, long unit) {
    flags |= PE;
    flags &= ~C1;
    if (rounding() == NEAREST || rounding() == (negative ? DOWN : UP)) {
      flags |= C1;
      infinity(negative);
    } else {
      result(negative ? 0xFFFE : 0x7FFE, -unit);
    }
  }

  /** Masked underflow: #U only if bits are lost. */
  private void denormalise(boolean negative, int exponent, long high, long low, int bits) {
    long unit = 1L << 64 - bits;
    int shift = 1 - exponent;
    long shiftedLow = jam(high, low, shift);
    long shiftedHigh = shift < 64 ? high >>> shift : 0;
    long rest = bits == 64 ? shiftedLow : shiftedHigh << bits | (shiftedLow != 0 ? 1 : 0);
    long kept = shiftedHigh & -unit;
    if (rest != 0) {
      flags |= PE | UE;
      if (up(negative, (kept & unit) != 0, rest)) {
        flags |= C1;
        kept += unit;
      }
    }
    int exponentField = kept < 0 ? 1 : 0;
    se = negative ? exponentField | Extended.SIGN : exponentField;
    significand = kept;
  }

  /** Low quadword of high:low shifted right, what is lost gathered in its lowest bit. */
  static long jam(long high, long low, int shift) {
    if (shift == 0) {
      return low;
    }
    if (shift < 64) {
      return high << 64 - shift | low >>> shift | (low << 64 - shift != 0 ? 1 : 0);
    }
    if (shift == 64) {
      return high | (low != 0 ? 1 : 0);
    }
    if (shift < 128) {
      return high >>> shift - 64 | (high << 128 - shift != 0 || low != 0 ? 1 : 0);
    }
    return (high | low) != 0 ? 1 : 0;
  }
}
