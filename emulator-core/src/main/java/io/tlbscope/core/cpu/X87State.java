package io.tlbscope.core.cpu;

import io.tlbscope.core.fp.Extended;
import io.tlbscope.core.fp.ExtendedUnit;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.util.Arrays;

/**
 * Registers of the x87 FPU, which the MMX registers alias (Intel SDM vol. 1, 8.1 and 9.2). ST(i) is
 * physical register {@code top + i mod 8}, MMi the significand of physical register i.
 */
public final class X87State implements Stateful {
  /** Control word after FNINIT and after power-on. */
  public static final int INITIAL = 0x37F, POWER_ON = 0x40;

  /** Status word: exceptions and stack fault, error summary, busy, condition codes. */
  public static final int EXCEPTIONS = 0x3F, STACK_FAULT = 0x40, ES = 0x80, BUSY = 0x8000;

  public static final int CONDITIONS = 0x4700, C0 = 0x100, C1 = 0x200, C2 = 0x400, C3 = 0x4000;

  private static final int CONTROL_BITS = 0x1F3F;

  /** By physical register. */
  public final long[] significand = new long[8];

  /** Sign and exponent, 16 bits, by physical register. */
  public final int[] signExponent = new int[8];

  /** Bit n: physical register n is not empty. */
  public int used;

  /** Physical register of ST(0). */
  public int top;

  public int control = INITIAL;

  /** The status word but for TOP. */
  public int status;

  /**
   * Offset of the last instruction that was not a control instruction; its linear address in
   * real-address and virtual-8086 mode, and so is {@link #dp}.
   */
  public long ip;

  /** Operand address and opcode of the last instruction that raised an unmasked exception. */
  public long dp;

  public int opcode;

  /** What operations calculate in. */
  public final ExtendedUnit unit = new ExtendedUnit();

  /** What a store needs besides its low quadword: bits 79..64. */
  public int storeHigh;

  /** An unmasked exception keeps the store from happening. */
  public boolean storeSuppressed;

  /** The status word with TOP. */
  public int statusWord() {
    return status | top << 11;
  }

  /** Takes a status word; ES and B follow from exceptions and masks. */
  public void statusWord(int word) {
    top = word >> 11 & 7;
    status = word & (CONDITIONS | STACK_FAULT | EXCEPTIONS);
    summarise();
  }

  /** Takes a control word; what it unmasks becomes pending. */
  public void controlWord(int word) {
    control = word & CONTROL_BITS | 0x40;
    summarise();
  }

  /** An unmasked exception waits for the next waiting instruction. */
  public boolean pending() {
    return (status & ES) != 0;
  }

  /** ES and B: an unmasked exception is flagged. */
  public void summarise() {
    boolean any = (status & ~control & EXCEPTIONS) != 0;
    status = any ? status | ES | BUSY : status & ~(ES | BUSY);
  }

  /** FNINIT; register contents stay. */
  public void initialise(int controlWord) {
    control = controlWord;
    status = 0;
    top = 0;
    used = 0;
    ip = 0;
    dp = 0;
    opcode = 0;
  }

  /** Initial configuration of XSAVE's component 0: FNINIT's, and registers of zeros. */
  public void clear(int controlWord) {
    initialise(controlWord);
    Arrays.fill(significand, 0);
    Arrays.fill(signExponent, 0);
  }

  /** True in the configuration that {@link #clear} makes with {@link #INITIAL}. */
  public boolean initial() {
    boolean zero = (statusWord() | used | opcode) == 0 && (ip | dp) == 0;
    for (int n = 0; n < 8; n++) {
      zero &= (significand[n] | signExponent[n]) == 0;
    }
    return zero && control == INITIAL;
  }

  /** Power-on (Intel SDM vol. 3A, table 9-1): registers of zeros that are not empty. */
  public void reset() {
    clear(POWER_ON);
    used = 0xFF;
  }

  /** Physical register of ST(i). */
  public int physical(int i) {
    return top + i & 7;
  }

  public boolean empty(int i) {
    return (used >> physical(i) & 1) == 0;
  }

  public int se(int i) {
    return signExponent[top + i & 7];
  }

  public long significand(int i) {
    return significand[top + i & 7];
  }

  /** ST(i) = value; it is not empty then. */
  public void set(int i, int se, long value) {
    int n = top + i & 7;
    signExponent[n] = se;
    significand[n] = value;
    used |= 1 << n;
  }

  /** What any MMX instruction but EMMS does to the stack. */
  public void toMmx() {
    top = 0;
    used = 0xFF;
  }

  /** MMn = value. */
  public void mmx(int n, long value) {
    significand[n] = value;
    signExponent[n] = 0xFFFF;
  }

  /** Two bits a physical register: valid, zero, special, empty (Intel SDM vol. 1, 8.1.7). */
  public int tagWord() {
    int word = 0;
    for (int n = 0; n < 8; n++) {
      word |= tag(n) << 2 * n;
    }
    return word;
  }

  private int tag(int n) {
    if ((used >> n & 1) == 0) {
      return 3;
    }
    if (Extended.zero(signExponent[n], significand[n])) {
      return 1;
    }
    return Extended.normal(signExponent[n], significand[n]) ? 0 : 2;
  }

  /** Takes a tag word: only what is empty counts. */
  public void tagWord(int word) {
    used = 0;
    for (int n = 0; n < 8; n++) {
      if ((word >> 2 * n & 3) != 3) {
        used |= 1 << n;
      }
    }
  }

  /** The registers, control, status and pointers are those of another one. */
  public boolean same(X87State other) {
    return control == other.control
        && statusWord() == other.statusWord()
        && used == other.used
        && ip == other.ip
        && dp == other.dp
        && opcode == other.opcode
        && Arrays.equals(significand, other.significand)
        && Arrays.equals(signExponent, other.signExponent);
  }

  /** Takes all registers of another one. */
  public void copyFrom(X87State from) {
    System.arraycopy(from.significand, 0, significand, 0, 8);
    System.arraycopy(from.signExponent, 0, signExponent, 0, 8);
    used = from.used;
    top = from.top;
    control = from.control;
    status = from.status;
    ip = from.ip;
    dp = from.dp;
    opcode = from.opcode;
  }

  @Override
  public void save(StateWriter to) {
    to.putLongs(significand);
    to.putInts(signExponent);
    to.putInt(used);
    to.putInt(top);
    to.putInt(control);
    to.putInt(status);
    to.putLong(ip);
    to.putLong(dp);
    to.putInt(opcode);
    to.putInt(storeHigh);
    to.putBoolean(storeSuppressed);
    to.putInt(unit.control);
    to.putInt(unit.flags);
    to.putInt(unit.se);
    to.putLong(unit.significand);
    to.putBoolean(unit.denormalOperand);
  }

  @Override
  public void load(StateReader from) {
    from.getLongs(significand);
    from.getInts(signExponent);
    used = from.getInt();
    top = from.getInt();
    control = from.getInt();
    status = from.getInt();
    ip = from.getLong();
    dp = from.getLong();
    opcode = from.getInt();
    storeHigh = from.getInt();
    storeSuppressed = from.getBoolean();
    unit.control = from.getInt();
    unit.flags = from.getInt();
    unit.se = from.getInt();
    unit.significand = from.getLong();
    unit.denormalOperand = from.getBoolean();
  }
}
