package io.tlbscope.tools.vectors;

import io.tlbscope.core.cpu.Segment;
import io.tlbscope.core.isa.Instruction;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import java.util.EnumSet;
import java.util.Set;

/** Makes an instruction's addresses, counts and targets such that something comes of it. */
final class Operands {
  private static final int RAX = 0, RCX = 1, RDX = 2, RSP = 4, RBP = 5;
  private static final Set<Mnemonic> REPEATABLE =
      EnumSet.of(
          Mnemonic.MOVS,
          Mnemonic.CMPS,
          Mnemonic.STOS,
          Mnemonic.LODS,
          Mnemonic.SCAS,
          Mnemonic.INS,
          Mnemonic.OUTS);
  private static final Set<Mnemonic> BIT_STRINGS =
      EnumSet.of(Mnemonic.BT, Mnemonic.BTS, Mnemonic.BTR, Mnemonic.BTC);

  private final Dice dice;
  private final Vector v;
  private final Instruction in;
  private final long[] memory;

  Operands(Dice dice, Vector v, Instruction in, long[] memory) {
    this.dice = dice;
    this.v = v;
    this.in = in;
    this.memory = memory;
  }

  void arrange() {
    // Processors differ in whether a bad target or a bad stack comes first.
    v.reg[RSP] = in.mnemonic() == Mnemonic.CALL ? Place.DATA + Place.PAGE : stack();
    for (int n = 0; n < in.operands().size(); n++) {
      if (in.operand(n) instanceof Operand.Memory m) {
        point(m, target(Math.max(m.bits() / 8, 1)));
      } else if (in.operand(n) instanceof Operand.Relative) {
        branch((Operand.Relative) in.operand(n));
      }
    }
    special();
  }

  /** Mostly aligned and well inside; sometimes at an edge, as data may be. */
  private long stack() {
    if (dice.once(16)) {
      return target(8);
    }
    return Place.DATA + 0x800 + 8L * dice.below(256) + (dice.once(8) ? dice.below(8) : 0);
  }

  /** An address of so many bytes. */
  private long target(int bytes) {
    return switch (dice.below(32)) {
      case 0 -> Place.DATA + Place.PAGE - dice.below(bytes + 1);
      case 1 -> Place.DATA + Place.WRITABLE - dice.below(bytes + 1);
      case 2 -> Place.DATA + Place.READABLE - dice.below(bytes + 1);
      case 3 -> Place.DATA - dice.below(bytes + 1);
      case 4 -> dice.once(2) ? Values.integer(dice) : Long.MIN_VALUE >> 16 - dice.below(3);
      case 5 -> Place.DATA + dice.below(Place.READABLE);
      case 6, 7, 8, 9, 10, 11 -> Place.DATA + 512 + dice.below(Place.WRITABLE - 1024);
      default ->
          Place.DATA + 512 + (dice.below(Place.WRITABLE - 1024) & -Integer.highestOneBit(bytes));
    };
  }

  /** Makes {@code m} name {@code va}. */
  private void point(Operand.Memory m, long va) {
    long base =
        switch (m.segment()) {
          case Segment.FS -> Place.FS_BASE;
          case Segment.GS -> Place.GS_BASE;
          default -> 0;
        };
    // AMD's processors look at the offset too: no base shall make it canonical.
    long wanted = (base != 0 && va < 0 ? Place.DATA + 512 : va) - base;
    if (m.index() >= 0 && m.index() != m.base() && m.base() >= 0 && m.index() != RSP) {
      v.reg[m.index()] = dice.below(2000) - 1000;
    }
    if (m.base() >= 0) {
      long index = m.index() < 0 ? 0 : v.reg[m.index()] << m.scale();
      if (m.index() != m.base()) {
        v.reg[m.base()] = wanted - m.displacement() - index;
      }
    } else if (m.index() >= 0) {
      v.reg[m.index()] = wanted - m.displacement() >> m.scale();
    } else {
      displace((int) m.displacement(), m.ripRelative() ? wanted - v.rip() - v.length : wanted);
    }
  }

  /** Puts another displacement where {@code now} stands after ModRM; there is no base. */
  private void displace(int now, long wanted) {
    for (int at = 2; at + 4 <= v.length; at++) {
      if (int32(at) == now) {
        put32(at, (int) wanted);
        return;
      }
    }
  }

  private int int32(int at) {
    return v.code[at] & 0xFF
        | (v.code[at + 1] & 0xFF) << 8
        | (v.code[at + 2] & 0xFF) << 16
        | v.code[at + 3] << 24;
  }

  private void put32(int at, int value) {
    for (int i = 0; i < 4; i++) {
      v.code[at + i] = (byte) (value >>> 8 * i);
    }
  }

  /** A target that is not the instruction itself and what follows it. */
  private void branch(Operand.Relative relative) {
    int far = 40 + dice.below(80);
    int displacement = dice.once(2) ? far : -far - v.length;
    int bytes = relative.bits() / 8;
    for (int i = 0; i < bytes; i++) {
      v.code[v.length - bytes + i] = (byte) (displacement >> 8 * i);
    }
  }

  private void special() {
    Mnemonic name = in.mnemonic();
    if (REPEATABLE.contains(name)) {
      v.reg[RCX] = dice.below(dice.once(8) ? 600 : 12);
    } else if (BIT_STRINGS.contains(name)) {
      bitString();
    } else if (name == Mnemonic.DIV || name == Mnemonic.IDIV) {
      dividend();
    } else if (name == Mnemonic.LEAVE || name == Mnemonic.ENTER) {
      v.reg[RBP] = stack();
    } else if (name == Mnemonic.ENTER && dice.once(2)) {
      v.code[v.length - 1] &= 3;
    } else if (name == Mnemonic.CMPXCHG && dice.once(2)) {
      expect(v);
    } else if (name == Mnemonic.XLAT) {
      v.reg[RAX] &= 0xFF;
    } else if (name == Mnemonic.POPF) {
      popFlags();
    } else if ((name == Mnemonic.JMP || name == Mnemonic.CALL) && dice.once(2)) {
      near();
    }
  }

  private void bitString() {
    if (in.operand(1) instanceof Operand.Register bit
        && in.operand(0) instanceof Operand.Memory m
        && bit.number() != m.base()
        && bit.number() != m.index()
        && !dice.once(8)) {
      v.reg[bit.number()] = dice.below(4000) - 2000;
    }
  }

  /** A quotient that fits is rare by chance. */
  private void dividend() {
    if (dice.once(4)) {
      return;
    }
    long small = v.reg[RAX] >> dice.below(64);
    v.reg[RDX] = dice.once(2) ? 0 : dice.below(1 << dice.below(16));
    if (in.mnemonic() == Mnemonic.IDIV) {
      v.reg[RAX] = dice.once(2) ? small : v.reg[RAX];
      v.reg[RDX] = v.reg[RAX] >> 63;
      if (in.operandBits() < 64) {
        v.reg[RDX] = v.reg[RAX] << 64 - in.operandBits() >> 63;
      }
      if (in.operandBits() == 8) {
        v.reg[RAX] = (byte) v.reg[RAX];
      }
    } else if (in.operandBits() == 8) {
      v.reg[RAX] &= 0x7FF;
    }
  }

  /** The accumulator holds what is compared with it. */
  private void expect(Vector vector) {
    if (in.operand(0) instanceof Operand.Register r) {
      vector.reg[RAX] = vector.reg[r.number()];
    } else if (in.operand(0) instanceof Operand.Memory m && m.base() != RAX && m.index() != RAX) {
      long va = m.base() < 0 ? 0 : vector.reg[m.base()] + m.displacement();
      if (m.index() < 0 && va >= Place.DATA && va <= Place.DATA + Place.WRITABLE - 8) {
        vector.reg[RAX] = quad((int) (va - Place.DATA));
      }
    }
  }

  private long quad(int at) {
    long value = memory[at >> 3] >>> 8 * (at & 7);
    return (at & 7) == 0 ? value : value | memory[(at >> 3) + 1] << 64 - 8 * (at & 7);
  }

  /** Single steps and alignment checks would show in what runs after the instruction. */
  private void popFlags() {
    for (int i = 0; i < Place.WRITABLE / 8; i++) {
      long flags = memory[i] & 0x4_0100;
      if (flags == 0) {
        v.reg[RSP] = Place.DATA + 8L * i;
        if (dice.once(16)) {
          return;
        }
      }
    }
  }

  private void near() {
    if (in.operand(0) instanceof Operand.Register r) {
      v.reg[r.number()] = Place.CODE + dice.below(Place.PAGE / 4);
    }
  }
}
