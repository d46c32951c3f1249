package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.Flags;

/**
 * The arithmetic flags in a region: which operation set them last, and its operands. Nothing is
 * worked out until somebody asks, and at a region's exits.
 *
 * <pre>
 *   how:  3..0 kind   5..4 width (8 &lt;&lt; n bits)   7 CF and OF set since
 *         15..8 count of a shift, carry into ADC and SBB
 * </pre>
 *
 * With bit 7, c is the carry word of {@link Flags}: a rotate or bit test changed CF and OF after
 * the operation that the rest says.
 *
 * <p>Every kind but SET, INC and DEC has its two operands in x and y; those three have the carry
 * word of {@link Flags} in y, so that what keeps CF finds it.
 */
public final class LazyFlags {
  /** The vCPU's {@link Flags} are right; y is their carry word. */
  static final int SET = 0;

  /** x + y, x - y. */
  static final int ADD = 1, SUB = 2;

  /** x is the result. */
  static final int LOGIC = 3;

  /** x + y + carry, x - y - carry. */
  static final int ADC = 4, SBB = 5;

  /** x + 1, x - 1; y is the carry word before. */
  static final int INC = 6, DEC = 7;

  /** x is the operand, zero- or (SAR) sign-extended, y the result. */
  static final int SHL = 8, SHR = 9, SAR = 10;

  /** x and y are the result and carry words of {@link Flags}; AF is 0. */
  static final int WORDS = 11;

  /** Comparison of the floating-point numbers whose bits are x and y. */
  static final int FLOATS = 12;

  /** x is the operand of a population count: ZF, and all others clear. */
  static final int COUNT = 13;

  /** CF and OF are in c. */
  static final int OVERRIDDEN = 1 << 7;

  /** Kinds whose y is a carry word. */
  static final int KEEP_CARRY = 1 << SET | 1 << INC | 1 << DEC;

  private LazyFlags() {}

  static int how(int kind, int bits) {
    return kind | Integer.numberOfTrailingZeros(bits) - 3 << 4;
  }

  static int kind(int how) {
    return how & 15;
  }

  static int bits(int how) {
    return 8 << (how >> 4 & 3);
  }

  /** Brings {@code f} up to date. */
  public static void settle(Flags f, int how, long x, long y, long c) {
    settleAll(f, how, x, y);
    if ((how & OVERRIDDEN) != 0) {
      f.carry = c;
    }
  }

  private static void settleAll(Flags f, int how, long x, long y) {
    int up = 64 - bits(how);
    int extra = how >> 8 & 0xFF;
    switch (kind(how)) {
      case SET -> {}
      case ADD -> f.added(x << up, y << up, x + y << up, up);
      case SUB -> f.subtracted(x << up, y << up, x - y << up, up);
      case LOGIC -> f.logic(x << up >> up);
      case ADC -> f.added(x << up, y << up, x + y + extra << up, up);
      case SBB -> f.subtracted(x << up, y << up, x - y - extra << up, up);
      case INC -> {
        f.carry = y;
        f.incremented(x << up, x + 1 << up, up);
      }
      case DEC -> {
        f.carry = y;
        f.decremented(x << up, x - 1 << up, up);
      }
      case SHL -> f.shiftedLeft(x << up, y << up, extra, up);
      case SHR -> f.shiftedRight(x, y, extra, up);
      case SAR -> f.shiftedArithmetic(x, y, extra);
      case WORDS -> {
        f.result = x;
        f.carry = y;
        f.aux = 0;
      }
      case COUNT -> f.arithmetic(x == 0 ? CpuState.ZF : 0);
      default -> f.arithmetic(compared(number(x, up), number(y, up)));
    }
  }

  private static double number(long raw, int up) {
    return up == 0 ? Double.longBitsToDouble(raw) : Float.intBitsToFloat((int) raw);
  }

  /**
   * Unordered 111, greater 000, less 001, equal 100 in ZF, PF, CF (Intel SDM vol. 2A, COMISD), at
   * their places in RFLAGS.
   */
  private static int compared(double x, double y) {
    return x > y
        ? 0
        : x < y ? CpuState.CF : x == y ? CpuState.ZF : CpuState.ZF | CpuState.PF | CpuState.CF;
  }

  /** Condition {@code tttn}, after {@link #settle}. */
  public static boolean holds(Flags f, int how, long x, long y, long c, int tttn) {
    settle(f, how, x, y, c);
    return f.condition(tttn);
  }

  /** The carry word, after {@link #settle}. */
  public static long carry(Flags f, int how, long x, long y, long c) {
    settle(f, how, x, y, c);
    return f.carry;
  }

  /** Carry word after a rotation to the left gave {@code z} of {@code bits}: CF is its bit 0. */
  public static long carryOfRotateLeft(long z, int bits) {
    return z << 63 | (z >>> bits - 1 & 1) << 62;
  }

  /** Carry word after a rotation to the right gave {@code z}: CF is its top bit. */
  public static long carryOfRotateRight(long z, int bits) {
    return z << 64 - bits;
  }

  /** Carry word after bit {@code n} of {@code x} was tested: OF stays that of {@code word}. */
  public static long carryOfBit(long word, long x, long n) {
    long cf = x >>> n << 63;
    return cf | (word ^ word << 1 ^ cf) >>> 1 & 1L << 62;
  }

  /** Carry word of x + y. */
  public static long carryOfAdd(long x, long y, int up) {
    long z = x + y << up;
    return (x & y) << up | (x | y) << up & ~z;
  }

  /** Carry word of x - y. */
  public static long carryOfSub(long x, long y, int up) {
    long z = x - y << up;
    return (~x & y) << up | ~(x ^ y) << up & z;
  }

  /** Carry word of x + y + carry in. */
  public static long carryOfAdc(long x, long y, int how, int up) {
    long z = x + y + (how >> 8 & 0xFF) << up;
    return (x & y) << up | (x | y) << up & ~z;
  }

  /** Carry word of x - y - carry in. */
  public static long carryOfSbb(long x, long y, int how, int up) {
    long z = x - y - (how >> 8 & 0xFF) << up;
    return (~x & y) << up | ~(x ^ y) << up & z;
  }

  /**
   * Carry word after a signed multiplication.
   *
   * @param low low 64 bits of the product of the extended operands
   * @param high the 64 above
   */
  public static long signedOverflow(long low, long high, int bits) {
    boolean over = bits == 64 ? high != low >> 63 : low << 64 - bits >> 64 - bits != low;
    return over ? Long.MIN_VALUE : 0;
  }

  /** As {@link #signedOverflow}, unsigned. */
  public static long unsignedOverflow(long low, long high, int bits) {
    boolean over = bits == 64 ? high != 0 : low >>> bits != 0;
    return over ? Long.MIN_VALUE : 0;
  }
}
