package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import io.tlbscope.core.isa.Operand;
import io.tlbscope.core.memory.AtomicKind;
import java.util.Map;

/** XCHG, XADD, CMPXCHG, CMPXCHG8B, CMPXCHG16B (Intel SDM vol. 1, 7.3.1.2). */
final class Exchange {
  private static final int EQUAL = 4, NOT_EQUAL = 5;

  private Exchange() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.XCHG, Exchange::swap);
    table.put(Mnemonic.XADD, Exchange::add);
    table.put(Mnemonic.CMPXCHG, Exchange::compare);
    table.put(Mnemonic.CMPXCHG8B, l -> compareWide(l, 64));
    table.put(Mnemonic.CMPXCHG16B, l -> compareWide(l, 128));
  }

  private static void swap(Lift l) {
    int memory = l.isMemory(0) ? 0 : l.isMemory(1) ? 1 : -1;
    int width = l.width(0);
    if (memory >= 0) {
      Address mem = l.memory(memory);
      int t = l.temp();
      int register = l.slot(1 - memory);
      // Locked with or without the prefix.
      Locked.atomic(l, AtomicKind.EXCHANGE, width, t, Lift.ZERO, register, 0, mem);
      l.put(1 - memory, t);
      return;
    }
    int a = l.temp();
    int b = l.temp();
    l.mov(width, a, l.slot(0), 0);
    l.mov(width, b, l.slot(1), 0);
    l.put(0, b);
    l.put(1, a);
  }

  private static void add(Lift l) {
    int width = l.width(0);
    int old = l.temp();
    int sum = l.temp();
    if (l.isMemory(0)) {
      Address mem = l.memory(0);
      int register = l.slot(1);
      if (l.in.lock()) {
        Locked.atomic(l, AtomicKind.ADD, width, old, Lift.ZERO, register, 0, mem);
        l.alu(Op.ADD, width, Lift.DISCARD, old, register, 0);
      } else {
        l.loadForStore(width, old, mem);
        l.alu(Op.ADD, width, sum, old, register, 0);
        l.storeBack(width, mem, sum);
      }
      l.put(1, old);
    } else {
      l.mov(width, old, l.slot(0), 0);
      l.alu(Op.ADD, width, sum, old, l.slot(1), 0);
      l.put(1, old);
      l.put(0, sum);
    }
  }

  /**
   * Memory is written either way, as processors do. Of the registers only the one that changes is
   * written, so that a 32-bit form leaves the other's upper half.
   */
  private static void compare(Lift l) {
    int width = l.width(0);
    int old = l.temp();
    int chosen = l.temp();
    int source = l.slot(1);
    Address mem = l.isMemory(0) ? l.memory(0) : null;
    boolean locked = l.in.lock();
    if (locked) {
      Locked.atomic(l, AtomicKind.COMPARE_EXCHANGE, width, old, Lift.RAX, source, 0, mem);
    } else if (mem != null) {
      l.loadForStore(width, old, mem);
    } else {
      l.mov(width, old, l.slot(0), 0);
    }
    l.alu(Op.SUB, width, Lift.DISCARD, Lift.RAX, old, 0);
    if (mem == null && width >= 32) {
      int value = l.temp();
      l.mov(width, value, source, 0);
      l.sub(Op.SELECT, 64, chosen, l.number(0), value, 0, EQUAL);
    } else if (!locked) {
      l.sub(Op.SELECT, width, chosen, old, source, 0, EQUAL);
    }
    if (mem != null && !locked) {
      l.storeBack(width, mem, chosen);
    }
    int accumulator = l.temp();
    if (width >= 32) {
      l.sub(Op.SELECT, 64, accumulator, Lift.RAX, old, 0, NOT_EQUAL);
      if (mem == null) {
        l.mov(64, l.number(0), chosen, 0);
      }
      if (mem != null || l.number(0) != Lift.RAX) {
        l.mov(64, Lift.RAX, accumulator, 0);
      }
    } else {
      l.mov(width, accumulator, old, 0);
      if (mem == null) {
        l.put(0, chosen);
      }
      // Equal: the accumulator's low part is the old value already, unless it is the destination.
      if (mem != null
          || l.number(0) != Lift.RAX
          || ((Operand.Register) l.in.operand(0)).highByte()) {
        l.putRegister(Lift.RAX, width, false, accumulator);
      }
    }
  }

  private static void compareWide(Lift l, int width) {
    Address mem = l.memory(0);
    if (width == 128) {
      l.mem(Op.ALIGNED, 128, Lift.DISCARD, Lift.ZERO, 16, 0, mem, true, 128);
    }
    int lock = l.in.lock() ? 1 : 0;
    l.mem(Op.CMPXCHG_WIDE, width, Lift.DISCARD, Lift.ZERO, 0, lock, mem, true, width);
  }
}
