package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** BT and its like, BSF, BSR, POPCNT, CRC32, BSWAP, MOVBE (Intel SDM vol. 1, 7.3.7). */
final class Bits {
  private Bits() {}

  static void register(Map<Mnemonic, Family> table) {
    table.put(Mnemonic.BT, l -> test(l, Op.BT));
    table.put(Mnemonic.BTS, l -> test(l, Op.BTS));
    table.put(Mnemonic.BTR, l -> test(l, Op.BTR));
    table.put(Mnemonic.BTC, l -> test(l, Op.BTC));
    table.put(Mnemonic.BSF, l -> scan(l, Op.BSF));
    table.put(Mnemonic.BSR, l -> scan(l, Op.BSR));
    table.put(Mnemonic.POPCNT, Bits::populationCount);
    table.put(Mnemonic.CRC32, Bits::crc);
    table.put(Mnemonic.BSWAP, Bits::swap);
    table.put(Mnemonic.MOVBE, Bits::moveSwapped);
  }

  /**
   * A register bit number reaches outside a memory operand, 2^63 bits either way: SDM vol. 2A,
   * figure 3-2.
   */
  private static void test(Lift l, Op op) {
    int width = l.width(0);
    int bit = l.slot(1);
    if (!l.isMemory(0)) {
      int a = l.slot(0);
      int result = op == Op.BT ? Lift.DISCARD : l.target(0);
      l.alu(op, width, result, a, bit, l.imm(1));
      if (op != Op.BT) {
        l.put(0, result);
      }
      return;
    }
    Address mem = l.memory(0);
    if (!Arithmetic.isImmediate(l, 1)) {
      int offset = l.temp();
      int unit = l.temp();
      l.add(Op.LEA, 64, offset, Lift.DISCARD, Lift.ZERO, Lift.ZERO, Lift.ZERO, 0, 0, mem, null);
      l.alu(Op.BIT_UNIT, width, unit, Lift.ZERO, bit, 0);
      mem =
          new Address(
              mem.segment(),
              mem.segmentSlot(),
              offset,
              unit,
              0,
              0,
              mem.offsetMask(),
              mem.linearMask());
    }
    if (l.in.lock()) {
      Locked.bit(l, op, width, mem, bit, l.imm(1));
      return;
    }
    int t = l.temp();
    if (op == Op.BT) {
      l.load(width, t, mem);
      l.alu(op, width, Lift.DISCARD, t, bit, l.imm(1));
    } else {
      l.loadForStore(width, t, mem);
      int result = l.temp();
      l.alu(op, width, result, t, bit, l.imm(1));
      l.storeBack(width, mem, result);
    }
  }

  /** A zero source leaves the destination as it was, all 64 bits of it, as processors do. */
  private static void scan(Lift l, Op op) {
    int source = l.slot(1);
    int width = l.width(0);
    if (width >= 32) {
      l.alu(op, width, l.number(0), source, Lift.ZERO, 0);
    } else {
      int t = l.temp();
      l.mov(64, t, l.number(0), 0);
      l.alu(op, width, t, source, Lift.ZERO, 0);
      l.put(0, t);
    }
  }

  private static void populationCount(Lift l) {
    int source = l.slot(1);
    int result = l.target(0);
    l.alu(Op.POPCNT, l.width(0), result, source, Lift.ZERO, 0);
    l.put(0, result);
  }

  private static void crc(Lift l) {
    int source = l.slot(1);
    l.add(
        Op.CRC32,
        l.width(0),
        l.number(0),
        Lift.DISCARD,
        source,
        Lift.ZERO,
        l.number(0),
        0,
        l.width(1),
        null,
        null);
  }

  private static void swap(Lift l) {
    int width = l.width(0);
    int result = l.target(0);
    // BSWAP of a 16-bit register is undefined; processors clear it.
    if (width == 16) {
      l.mov(16, result, Lift.ZERO, 0);
    } else {
      l.alu(Op.BSWAP, width, result, l.number(0), Lift.ZERO, 0);
    }
    l.put(0, result);
  }

  private static void moveSwapped(Lift l) {
    int source = l.slot(1);
    int t = l.temp();
    l.alu(Op.BSWAP, l.width(0), t, source, Lift.ZERO, 0);
    if (l.isMemory(0)) {
      l.store(l.width(0), l.memory(0), t, 0);
    } else {
      l.put(0, t);
    }
  }
}
