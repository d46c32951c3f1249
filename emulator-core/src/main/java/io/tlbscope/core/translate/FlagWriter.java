package io.tlbscope.core.translate;

import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/** Lazy flags in the method: setting them, asking for conditions and for the carry. */
final class FlagWriter implements Opcodes {
  private final RegionMethod m;

  /** What may have set the flags, see {@link FlagKinds}. */
  long kinds;

  /** Whether CF and OF are in c: {@link FlagKinds#NEVER}, {@link FlagKinds#ALWAYS} or both. */
  int override = FlagKinds.NEVER;

  FlagWriter(RegionMethod m) {
    this.m = m;
  }

  /** The only possible {@link LazyFlags#how}, width included; -1 when there are several. */
  private int only() {
    return Long.bitCount(kinds) == 1 ? Long.numberOfTrailingZeros(kinds) : -1;
  }

  /** Records what set the flags; x and y have been stored. */
  void set(int kind, int bits) {
    m.push(LazyFlags.how(kind, bits));
    m.v.visitVarInsn(ISTORE, RegionMethod.HOW);
    kinds = 1L << LazyFlags.how(kind, bits);
  }

  /** As {@link #set}, with the int on the stack as extra bits. */
  void setWith(int kind, int bits) {
    m.push(8);
    m.op(ISHL);
    m.push(LazyFlags.how(kind, bits));
    m.op(IOR);
    m.v.visitVarInsn(ISTORE, RegionMethod.HOW);
    kinds = 1L << LazyFlags.how(kind, bits);
  }

  private void arguments() {
    m.v.visitVarInsn(ALOAD, RegionMethod.FLAGS);
    m.v.visitVarInsn(ILOAD, RegionMethod.HOW);
    m.get(RegionMethod.X);
    m.get(RegionMethod.Y);
    m.get(RegionMethod.C);
  }

  /** The carry word on top is that of CF and OF from now on; the other flags stay. */
  void setApart() {
    m.put(RegionMethod.C);
    m.v.visitVarInsn(ILOAD, RegionMethod.HOW);
    m.push(LazyFlags.OVERRIDDEN);
    m.op(IOR);
    m.v.visitVarInsn(ISTORE, RegionMethod.HOW);
  }

  /** Brings the vCPU's Flags up to date for code that reads or writes them. */
  void settle() {
    if (kinds != 1L << LazyFlags.SET || override != FlagKinds.NEVER) {
      arguments();
      m.call(RegionMethod.LAZY, "settle", "(L" + RegionMethod.FLAGS_TYPE + ";IJJJ)V");
    }
  }

  /** After code that wrote the vCPU's Flags. */
  void fromFlags() {
    m.v.visitVarInsn(ALOAD, RegionMethod.FLAGS);
    m.v.visitFieldInsn(GETFIELD, RegionMethod.FLAGS_TYPE, "carry", "J");
    m.put(RegionMethod.Y);
    set(LazyFlags.SET, 8);
  }

  /** Pushes a word whose bit 63 is CF. */
  void carryWord() {
    carryWord(LazyFlags.KEEP_CARRY);
  }

  /** Pushes a carry word as {@link io.tlbscope.core.cpu.Flags} has it: CF and OF. */
  void carryAndOverflowWord() {
    carryWord(1 << LazyFlags.SET);
  }

  /**
   * Pushes a carry word.
   *
   * @param inY kinds whose y is good for it
   */
  private void carryWord(int inY) {
    boolean kept = true;
    for (long rest = kinds; rest != 0; rest &= rest - 1) {
      int kind = LazyFlags.kind(Long.numberOfTrailingZeros(rest));
      kept &= (inY >> kind & 1) != 0;
    }
    int only = override == FlagKinds.NEVER ? only() : -1;
    if (override == FlagKinds.ALWAYS) {
      m.get(RegionMethod.C);
    } else if (kept && override == FlagKinds.NEVER) {
      m.get(RegionMethod.Y);
    } else if (only >= 0
        && (LazyFlags.kind(only) == LazyFlags.ADD || LazyFlags.kind(only) == LazyFlags.SUB)) {
      m.get(RegionMethod.X);
      m.get(RegionMethod.Y);
      m.push(64 - LazyFlags.bits(only));
      m.call(
          RegionMethod.LAZY,
          LazyFlags.kind(only) == LazyFlags.ADD ? "carryOfAdd" : "carryOfSub",
          "(JJI)J");
    } else if (only >= 0 && LazyFlags.kind(only) == LazyFlags.LOGIC) {
      m.push(0L);
    } else if (only >= 0
        && (LazyFlags.kind(only) == LazyFlags.ADC || LazyFlags.kind(only) == LazyFlags.SBB)) {
      m.get(RegionMethod.X);
      m.get(RegionMethod.Y);
      m.v.visitVarInsn(ILOAD, RegionMethod.HOW);
      m.push(64 - LazyFlags.bits(only));
      m.call(
          RegionMethod.LAZY,
          LazyFlags.kind(only) == LazyFlags.ADC ? "carryOfAdc" : "carryOfSbb",
          "(JJII)J");
    } else {
      arguments();
      m.call(RegionMethod.LAZY, "carry", "(L" + RegionMethod.FLAGS_TYPE + ";IJJJ)J");
    }
  }

  /** Jumps if condition {@code tttn} (Intel SDM vol. 2D, table B-10) holds. */
  void jumpIf(int tttn, Label to) {
    int only = only();
    boolean carries = tttn >> 1 != 2 && tttn >> 1 != 4 && tttn >> 1 != 5;
    boolean done =
        override != FlagKinds.NEVER && carries
            ? override == FlagKinds.ALWAYS && carryIn(RegionMethod.C, tttn, to)
            : only >= 0
                && switch (LazyFlags.kind(only)) {
                  case LazyFlags.SUB -> compare(tttn, LazyFlags.bits(only), to);
                  case LazyFlags.LOGIC -> result(tttn, LazyFlags.bits(only), true, to);
                  case LazyFlags.ADD -> sum(tttn, LazyFlags.bits(only), LADD, to);
                  case LazyFlags.INC -> step(tttn, LazyFlags.bits(only), LADD, to);
                  case LazyFlags.DEC -> step(tttn, LazyFlags.bits(only), LSUB, to);
                  case LazyFlags.COUNT ->
                      tttn >> 1 == 2 && result(tttn, LazyFlags.bits(only), true, to);
                  case LazyFlags.SHL, LazyFlags.SHR, LazyFlags.SAR ->
                      shifted(tttn, LazyFlags.bits(only), to);
                  case LazyFlags.FLOATS -> floats(tttn, LazyFlags.bits(only), to);
                  case LazyFlags.SET -> carryOnly(tttn, to);
                  default -> false;
                };
    if (!done) {
      arguments();
      m.push(tttn);
      m.call(RegionMethod.LAZY, "holds", "(L" + RegionMethod.FLAGS_TYPE + ";IJJJI)Z");
      m.jump(IFNE, to);
    }
  }

  private static int negated(int opcode, int tttn) {
    return (tttn & 1) == 0 ? opcode : (opcode & 1) != 0 ? opcode + 1 : opcode - 1;
  }

  /** x against y; OF and PF are left to the general way. */
  private boolean compare(int tttn, int bits, Label to) {
    int kind = tttn >> 1;
    if (kind == 0 || kind == 5) {
      return false;
    }
    if (kind == 4) {
      m.get(RegionMethod.X);
      m.get(RegionMethod.Y);
      m.op(LSUB);
      m.up(bits);
      m.push(0L);
      m.op(LCMP);
      m.jump(negated(IFLT, tttn), to);
      return true;
    }
    boolean unsigned = kind == 1 || kind == 3;
    m.get(RegionMethod.X);
    narrow(bits);
    m.get(RegionMethod.Y);
    narrow(bits);
    int test = kind == 2 ? 0 : kind == 1 || kind == 6 ? 1 : 2;
    if (bits == 32) {
      if (unsigned) {
        m.call("java/lang/Integer", "compareUnsigned", "(II)I");
        m.jump(negated(new int[] {IFEQ, IFLT, IFLE}[test], tttn), to);
      } else {
        m.jump(negated(new int[] {IF_ICMPEQ, IF_ICMPLT, IF_ICMPLE}[test], tttn), to);
      }
      return true;
    }
    if (unsigned) {
      m.call("java/lang/Long", "compareUnsigned", "(JJ)I");
    } else {
      m.op(LCMP);
    }
    m.jump(negated(new int[] {IFEQ, IFLT, IFLE}[test], tttn), to);
    return true;
  }

  private void narrow(int bits) {
    if (bits == 32) {
      m.op(L2I);
    } else {
      m.up(bits);
    }
  }

  /** The value on top decides, its low {@code bits}: ZF, SF, and with OF = CF = 0 the others. */
  private boolean result(int tttn, int bits, boolean logic, Label to) {
    int kind = tttn >> 1;
    int opcode =
        switch (kind) {
          case 2 -> IFEQ;
          case 3 -> logic ? IFEQ : -1;
          case 4 -> IFLT;
          case 6 -> logic ? IFLT : -1;
          case 7 -> logic ? IFLE : -1;
          default -> -1;
        };
    if (opcode < 0) {
      return false;
    }
    if (logic) {
      m.get(RegionMethod.X);
    }
    m.up(bits);
    m.push(0L);
    m.op(LCMP);
    m.jump(negated(opcode, tttn), to);
    return true;
  }

  private boolean sum(int tttn, int bits, int opcode, Label to) {
    int kind = tttn >> 1;
    if (kind == 1) {
      // Carry: the sum is below the summand.
      m.get(RegionMethod.X);
      m.get(RegionMethod.Y);
      m.op(opcode);
      m.up(bits);
      m.get(RegionMethod.X);
      m.up(bits);
      m.call("java/lang/Long", "compareUnsigned", "(JJ)I");
      m.jump(negated(IFLT, tttn), to);
      return true;
    }
    if (kind != 2 && kind != 4) {
      return false;
    }
    m.get(RegionMethod.X);
    m.get(RegionMethod.Y);
    m.op(opcode);
    return result(tttn, bits, false, to);
  }

  private boolean step(int tttn, int bits, int opcode, Label to) {
    int kind = tttn >> 1;
    if (kind == 1) {
      return carryOnly(tttn, to);
    }
    if (opcode == LSUB && (kind == 6 || kind == 7)) {
      // x - 1 without regard to overflow: x below or not above 1.
      m.get(RegionMethod.X);
      m.up(bits);
      m.push(1L);
      m.up(bits);
      m.op(LCMP);
      m.jump(negated(kind == 6 ? IFLT : IFLE, tttn), to);
      return true;
    }
    if (kind != 2 && kind != 4) {
      return false;
    }
    m.get(RegionMethod.X);
    m.push(1L);
    m.op(opcode);
    return result(tttn, bits, false, to);
  }

  private boolean shifted(int tttn, int bits, Label to) {
    int kind = tttn >> 1;
    if (kind != 2 && kind != 4) {
      return false;
    }
    m.get(RegionMethod.Y);
    return result(tttn, bits, false, to);
  }

  /** y is a carry word. */
  private boolean carryOnly(int tttn, Label to) {
    return carryIn(RegionMethod.Y, tttn, to);
  }

  /** CF alone, from the carry word in a local. */
  private boolean carryIn(int variable, int tttn, Label to) {
    if (tttn >> 1 != 1) {
      return false;
    }
    m.get(variable);
    m.push(0L);
    m.op(LCMP);
    m.jump(negated(IFLT, tttn), to);
    return true;
  }

  /** An unordered comparison sets CF, ZF and PF. */
  private boolean floats(int tttn, int bits, Label to) {
    int kind = tttn >> 1;
    if (kind != 1 && kind != 3) {
      return false;
    }
    for (int variable : new int[] {RegionMethod.X, RegionMethod.Y}) {
      m.get(variable);
      if (bits == 64) {
        m.call("java/lang/Double", "longBitsToDouble", "(J)D");
      } else {
        m.op(L2I);
        m.call("java/lang/Float", "intBitsToFloat", "(I)F");
      }
    }
    m.op(bits == 64 ? DCMPL : FCMPL);
    m.jump(negated(kind == 1 ? IFLT : IFLE, tttn), to);
    return true;
  }
}
