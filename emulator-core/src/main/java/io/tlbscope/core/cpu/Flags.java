package io.tlbscope.core.cpu;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * RFLAGS, the arithmetic six of them kept as what the last operation left and worked out on demand.
 *
 * <p>Three words hold them, so that no reader has to know which operation it was:
 *
 * <pre>
 *   result  sign-extended to 64 bits:  ZF = (result == 0)   SF = bit 63   PF = parity of the low byte
 *   carry   carries, top-aligned:      CF = bit 63          OF = bit 63 ^ bit 62
 *   aux     AF = bit 4; bit 63 inverts SF, bit 8 inverts PF (images that no result gives, after POPF and SAHF)
 * </pre>
 *
 * The fields are public because both engines write them in their innermost loops.
 */
public final class Flags implements Stateful {
  /** CF, PF, AF, ZF, SF and OF. */
  public static final int ARITHMETIC = 0x8D5;

  public long result = 1;
  public long carry;
  public long aux = 0;

  private int system = 2;

  /** The bits that no arithmetic sets: TF, IF, DF, IOPL, NT, RF, VM, AC, VIF, VIP, ID and bit 1. */
  public int system() {
    return system;
  }

  public void system(int bits) {
    system = bits & ~ARITHMETIC | 2;
  }

  /** The whole RFLAGS image, bit 1 set. */
  public int rflags() {
    return system | arithmetic();
  }

  /** Sets every flag; undefined bits are the caller's to mask. */
  public void rflags(int image) {
    system(image);
    arithmetic(image);
  }

  /** The six arithmetic flags at their places in RFLAGS. */
  public int arithmetic() {
    return (cf() ? CpuState.CF : 0)
        | (pf() ? CpuState.PF : 0)
        | (int) aux & CpuState.AF
        | (zf() ? CpuState.ZF : 0)
        | (sf() ? CpuState.SF : 0)
        | (of() ? CpuState.OF : 0);
  }

  /**
   * Sets the six arithmetic flags from their places in RFLAGS; other bits of {@code image} are
   * ignored.
   */
  public void arithmetic(int image) {
    boolean zero = (image & CpuState.ZF) != 0;
    boolean sign = (image & CpuState.SF) != 0;
    boolean even = (image & CpuState.PF) != 0;
    result = zero ? 0 : (sign ? Long.MIN_VALUE : 0x100) | (even ? 0 : 1);
    aux = image & CpuState.AF;
    if (zero) {
      aux |= (sign ? Long.MIN_VALUE : 0) | (even ? 0 : 0x100);
    }
    carryOverflow((image & CpuState.CF) != 0, (image & CpuState.OF) != 0);
  }

  public boolean cf() {
    return carry < 0;
  }

  public boolean of() {
    return (carry ^ carry << 1) < 0;
  }

  public boolean zf() {
    return result == 0;
  }

  public boolean sf() {
    return (result ^ aux) < 0;
  }

  public boolean pf() {
    return (Integer.bitCount((int) (result ^ aux >>> 8) & 0xFF) & 1) == 0;
  }

  public boolean af() {
    return (aux & CpuState.AF) != 0;
  }

  /** SF != OF: signed less. */
  public boolean less() {
    return (result ^ aux ^ carry ^ carry << 1) < 0;
  }

  /** Sets CF and OF, leaves the other four. */
  public void carryOverflow(boolean cf, boolean of) {
    carry = (cf ? Long.MIN_VALUE : 0) | (cf != of ? 1L << 62 : 0);
  }

  /** Sets CF, leaves the other five. */
  public void cf(boolean cf) {
    carryOverflow(cf, of());
  }

  /**
   * Sets the flags of a logic operation: {@code value} is the sign-extended result, CF = OF = AF =
   * 0.
   */
  public void logic(long value) {
    result = value;
    carry = 0;
    aux = 0;
  }

  /** After x - y = z, all three moved up by {@code up} bits to the top of 64. */
  public void subtracted(long x, long y, long z, int up) {
    result = z >> up;
    carry = ~x & y | ~(x ^ y) & z;
    aux = (x ^ y ^ z) >>> up & CpuState.AF;
  }

  /** After x + y = z, all three moved up by {@code up} bits to the top of 64. */
  public void added(long x, long y, long z, int up) {
    result = z >> up;
    carry = x & y | (x | y) & ~z;
    aux = (x ^ y ^ z) >>> up & CpuState.AF;
  }

  /** As {@link #added} with y = 1 in the lowest of the operand's bits, but CF stays. */
  public void incremented(long x, long z, int up) {
    long old = carry;
    added(x, 1L << up, z, up);
    carry = keepCarry(old, carry);
  }

  /** As {@link #subtracted} with y = 1 in the lowest of the operand's bits, but CF stays. */
  public void decremented(long x, long z, int up) {
    long old = carry;
    subtracted(x, 1L << up, z, up);
    carry = keepCarry(old, carry);
  }

  /** The carries {@code fresh} with the old CF put in: CF stays, OF is fresh. */
  private static long keepCarry(long old, long fresh) {
    return old >> 63 & 3L << 62 ^ (fresh ^ fresh << 1) >>> 1 & 1L << 62;
  }

  /** After a shift left by {@code count}, 1..63: operand and result moved up to the top. */
  public void shiftedLeft(long x, long z, int count, int up) {
    boolean cf = x << count - 1 < 0;
    logic(z >> up);
    carryOverflow(cf, cf ^ z < 0);
  }

  /** After a logical shift right by {@code count}, 1..63: operand and result zero-extended. */
  public void shiftedRight(long x, long z, int count, int up) {
    long top = z << up;
    logic(top >> up);
    carryOverflow((x >>> count - 1 & 1) != 0, (top ^ top << 1) < 0);
  }

  /** After an arithmetic shift right by {@code count}, 1..63: both sign-extended. */
  public void shiftedArithmetic(long x, long z, int count) {
    logic(z);
    carryOverflow((x >> count - 1 & 1) != 0, false);
  }

  /** Evaluates the tttn field 0..15 of Jcc, SETcc and CMOVcc (Intel SDM vol. 2D, table B-10). */
  public boolean condition(int tttn) {
    boolean holds =
        switch (tttn >> 1) {
          case 0 -> of();
          case 1 -> cf();
          case 2 -> zf();
          case 3 -> cf() || zf();
          case 4 -> sf();
          case 5 -> pf();
          case 6 -> less();
          default -> zf() || less();
        };
    return holds ^ (tttn & 1) != 0;
  }

  @Override
  public void save(StateWriter to) {
    to.putLong(result);
    to.putLong(carry);
    to.putLong(aux);
    to.putInt(system);
  }

  @Override
  public void load(StateReader from) {
    result = from.getLong();
    carry = from.getLong();
    aux = from.getLong();
    system = from.getInt();
  }
}
