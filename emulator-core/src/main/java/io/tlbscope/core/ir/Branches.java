package io.tlbscope.core.ir;

import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import java.util.Map;

/** Near jumps, calls, returns, loops, BOUND and the undefined opcodes (Intel SDM vol. 1, 7.3.8). */
final class Branches {
  private static final int CALL = 1, RETURN = 2;

  private Branches() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.JMP, Branches::jump);
    table.put(Mnemonic.CALL, Branches::call);
    table.put(Mnemonic.RET, Branches::ret);
    table.put(
        Mnemonic.JCC,
        l ->
            l.sub(
                Op.JCC, l.bits, Lift.DISCARD, Lift.ZERO, Lift.ZERO, relative(l), l.in.condition()));
    table.put(
        Mnemonic.JCXZ,
        l ->
            l.sub(
                Op.JZERO, l.in.addressBits(), Lift.DISCARD, Lift.RCX, Lift.ZERO, relative(l), -1));
    table.put(Mnemonic.LOOP, l -> loop(l, -1));
    table.put(Mnemonic.LOOPE, l -> loop(l, 4));
    table.put(Mnemonic.LOOPNE, l -> loop(l, 5));
    table.put(Mnemonic.BOUND, Branches::bound);
    for (Mnemonic undefined : new Mnemonic[] {Mnemonic.UD0, Mnemonic.UD1, Mnemonic.UD2}) {
      table.put(
          undefined, l -> l.alu(Op.RAISE, 0, Lift.DISCARD, Lift.ZERO, Lift.ZERO, GuestFault.UD));
    }
  }

  /** Offset that the relative operand names. */
  private static long relative(Lift l) {
    long displacement = ((Operand.Relative) l.in.operand(0)).displacement();
    return l.rip + l.in.length() + displacement & (l.mode.is64() ? -1 : Lift.mask(l.bits));
  }

  private static boolean isRelative(Lift l) {
    return l.in.operand(0) instanceof Operand.Relative;
  }

  private static void jump(Lift l) {
    if (isRelative(l)) {
      l.alu(Op.JMP, 64, Lift.DISCARD, Lift.ZERO, Lift.ZERO, relative(l));
    } else {
      int target = indirect(l);
      l.alu(Op.JMP_SLOT, l.bits, Lift.DISCARD, target, Lift.ZERO, 0);
    }
  }

  /** The target in a temporary, checked. */
  private static int indirect(Lift l) {
    int t = l.temp();
    l.mov(l.bits, t, l.slot(0), 0);
    canonical(l, t);
    return t;
  }

  private static void canonical(Lift l, int slot) {
    if (l.mode.is64()) {
      int unused = 64 - l.mode.linearBits();
      l.sub(Op.CANONICAL, 64, Lift.DISCARD, slot, Lift.ZERO, 0, unused);
    }
  }

  private static void call(Lift l) {
    if (isRelative(l)) {
      Stack.push(l, l.bits, Lift.ZERO, l.next);
      l.sub(Op.JMP, 64, Lift.DISCARD, Lift.ZERO, Lift.ZERO, relative(l), CALL);
    } else {
      int target = indirect(l);
      Stack.push(l, l.bits, Lift.ZERO, l.next);
      l.sub(Op.JMP_SLOT, l.bits, Lift.DISCARD, target, Lift.ZERO, 0, CALL);
    }
  }

  private static void ret(Lift l) {
    int t = l.temp();
    l.load(l.bits, t, l.stack(0));
    canonical(l, t);
    long released = l.in.operands().isEmpty() ? 0 : l.imm(0) & 0xFFFF;
    Stack.move(l, l.bits / 8 + released);
    l.sub(Op.JMP_SLOT, l.bits, Lift.DISCARD, t, Lift.ZERO, 0, RETURN);
  }

  private static void loop(Lift l, int condition) {
    int width = l.in.addressBits();
    int t = width >= 32 ? Lift.RCX : l.temp();
    l.quiet(Op.ADD, width, t, Lift.RCX, Lift.ZERO, -1);
    l.putRegister(Lift.RCX, width, false, t);
    l.sub(Op.JLOOP, width, Lift.DISCARD, Lift.RCX, Lift.ZERO, relative(l), condition);
  }

  private static void bound(Lift l) {
    int width = l.width(0);
    Address mem = l.memory(1);
    int low = l.temp();
    int high = l.temp();
    l.load(width, low, mem);
    l.load(width, high, mem.plus(width / 8));
    l.add(Op.BOUND, width, Lift.DISCARD, Lift.DISCARD, l.slot(0), low, high, 0, 0, null, null);
  }
}
