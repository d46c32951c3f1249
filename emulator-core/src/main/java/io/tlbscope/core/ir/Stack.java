package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.isa.RegisterFile;
import java.util.Map;

/** PUSH, POP, PUSHA, POPA, ENTER, LEAVE (Intel SDM vol. 1, 6.2 and 6.5). The pointer moves last. */
final class Stack {
  private Stack() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.PUSH, Stack::push);
    table.put(Mnemonic.POP, Stack::pop);
    table.put(Mnemonic.PUSHA, Stack::pushAll);
    table.put(Mnemonic.POPA, Stack::popAll);
    table.put(Mnemonic.ENTER, Stack::enter);
    table.put(Mnemonic.LEAVE, Stack::leave);
  }

  /** Moves the stack pointer by {@code bytes}. */
  static void move(Lift l, long bytes) {
    int width = l.mode.stackBits();
    int t = width >= 32 ? Lift.RSP : l.temp();
    l.quiet(Op.ADD, width, t, Lift.RSP, Lift.ZERO, bytes);
    l.putRegister(Lift.RSP, width, false, t);
  }

  /** Pushes {@code r[slot] + imm}. */
  static void push(Lift l, int width, int slot, long imm) {
    l.store(width, l.stack(-(width / 8)), slot, imm);
    move(l, -(width / 8));
  }

  private static void push(Lift l) {
    if (l.in.operand(0) instanceof Operand.Register r && r.file() != RegisterFile.GENERAL) {
      throw new UnsupportedForm("PUSH of a segment register");
    }
    push(l, l.bits, l.slot(0), l.imm(0));
  }

  private static void pop(Lift l) {
    int width = l.bits;
    int bytes = width / 8;
    if (l.in.operand(0) instanceof Operand.Memory m) {
      int t = l.temp();
      l.load(width, t, l.stack(0));
      // An address based on the stack pointer counts from its value after the pop (SDM vol. 2B,
      // POP).
      Address mem = l.address(m);
      l.store(width, m.base() == Lift.RSP ? mem.plus(bytes) : mem, t, 0);
      move(l, bytes);
      return;
    }
    if (((Operand.Register) l.in.operand(0)).file() != RegisterFile.GENERAL) {
      throw new UnsupportedForm("POP of a segment register");
    }
    if (width >= 32 && l.number(0) != Lift.RSP) {
      l.load(width, l.number(0), l.stack(0));
      move(l, bytes);
    } else {
      int t = l.temp();
      l.load(width, t, l.stack(0));
      move(l, bytes);
      l.put(0, t);
    }
  }

  private static void pushAll(Lift l) {
    int bytes = l.bits / 8;
    // All eight words are probed by the first and the last: they span two pages at most.
    l.mem(
        Op.PROBE_WRITE, l.bits, Lift.DISCARD, Lift.ZERO, 0, 0, l.stack(-8L * bytes), true, l.bits);
    for (int n = 0; n < 8; n++) {
      l.store(l.bits, l.stack(-(n + 1L) * bytes), n, 0);
    }
    move(l, -8L * bytes);
  }

  private static void popAll(Lift l) {
    int bytes = l.bits / 8;
    int[] value = new int[8];
    for (int n = 0; n < 8; n++) {
      value[n] = l.temp();
      l.load(l.bits, value[n], l.stack((7L - n) * bytes));
    }
    for (int n = 0; n < 8; n++) {
      if (n != Lift.RSP) {
        l.putRegister(n, l.bits, false, value[n]);
      }
    }
    move(l, 8L * bytes);
  }

  private static void enter(Lift l) {
    long frame = l.imm(0) & 0xFFFF;
    int level = (int) l.imm(1) & 31;
    int width = l.bits;
    int bytes = width / 8;
    long last = -(long) bytes * (level == 0 ? 1 : level + 1) - frame;
    // The new top of stack must be writable before anything changes (SDM vol. 2A, ENTER).
    l.mem(Op.PROBE_WRITE, width, Lift.DISCARD, Lift.ZERO, 0, 0, l.stack(last), true, width);
    l.store(width, l.stack(-bytes), Lift.RBP, 0);
    int t = l.temp();
    for (int n = 1; n < level; n++) {
      Address link =
          l.address(
              io.tlbscope.core.cpu.Segment.SS,
              Lift.RBP,
              Lift.ZERO,
              0,
              -(long) bytes * n,
              l.mode.stackBits());
      l.load(width, t, link);
      l.store(width, l.stack(-(long) bytes * (n + 1)), t, 0);
    }
    int newFrame = l.temp();
    l.quiet(Op.ADD, width, newFrame, Lift.RSP, Lift.ZERO, -bytes);
    if (level > 0) {
      l.store(width, l.stack(-(long) bytes * (level + 1)), newFrame, 0);
    }
    l.putRegister(Lift.RBP, width, false, newFrame);
    move(l, last);
  }

  /** The stack pointer takes the frame pointer's value, then pops it. */
  private static void leave(Lift l) {
    int width = l.bits;
    int stackBits = l.mode.stackBits();
    int t = l.temp();
    l.load(
        width, t, l.address(io.tlbscope.core.cpu.Segment.SS, Lift.RBP, Lift.ZERO, 0, 0, stackBits));
    int top = stackBits >= 32 ? Lift.RSP : l.temp();
    l.quiet(Op.ADD, stackBits, top, Lift.RBP, Lift.ZERO, width / 8);
    l.putRegister(Lift.RSP, stackBits, false, top);
    l.putRegister(Lift.RBP, width, false, t);
  }
}
