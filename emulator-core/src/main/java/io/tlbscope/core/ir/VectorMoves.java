package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** Data movement of SSE and SSE2 (Intel SDM vol. 1, 10.4.1.1, 11.4.1.1 and 11.4.2). */
final class VectorMoves {
  private VectorMoves() {}

  static void register(Map<Mnemonic, Family> table) {
    for (Mnemonic m : new Mnemonic[] {Mnemonic.MOVAPS, Mnemonic.MOVAPD, Mnemonic.MOVDQA}) {
      table.put(m, l -> whole(l, true));
    }
    for (Mnemonic m : new Mnemonic[] {Mnemonic.MOVNTPS, Mnemonic.MOVNTPD, Mnemonic.MOVNTDQ}) {
      table.put(m, l -> whole(l, true));
    }
    for (Mnemonic m : new Mnemonic[] {Mnemonic.MOVUPS, Mnemonic.MOVUPD, Mnemonic.MOVDQU}) {
      table.put(m, l -> whole(l, false));
    }
    table.put(Mnemonic.MOVSS, l -> scalar(l, 32));
    table.put(Mnemonic.MOVSD_XMM, l -> scalar(l, 64));
    table.put(Mnemonic.MOVLPS, l -> half(l, 0));
    table.put(Mnemonic.MOVLPD, l -> half(l, 0));
    table.put(Mnemonic.MOVHPS, l -> half(l, 1));
    table.put(Mnemonic.MOVHPD, l -> half(l, 1));
    table.put(Mnemonic.MOVD, VectorMoves::general);
    table.put(Mnemonic.MOVQ, VectorMoves::quadword);
    toGeneral(table, Mnemonic.MOVMSKPS, (x, s, imm) -> signs(x[s], 32) | signs(x[s + 1], 32) << 2);
    toGeneral(table, Mnemonic.MOVMSKPD, (x, s, imm) -> x[s] >>> 63 | x[s + 1] >>> 63 << 1);
    toGeneral(table, Mnemonic.PMOVMSKB, (x, s, imm) -> signs(x[s], 8) | signs(x[s + 1], 8) << 8);
    toGeneral(
        table, Mnemonic.PEXTRW, (x, s, imm) -> x[s + (imm >> 2 & 1)] >>> 16 * (imm & 3) & 0xFFFF);
    table.put(Mnemonic.PINSRW, VectorMoves::insertWord);
  }

  /** Quadword {@code half} of xmm {@code dst} = low {@code bits} of r[slot] + imm. */
  static void put(Lift l, int dst, int half, int bits, int slot, long imm) {
    l.sub(Op.XPUT, bits, dst, Lift.ZERO, slot, imm, half);
  }

  private static void get(Lift l, int dst, int half, int bits, int xmm) {
    l.sub(Op.XGET, bits, dst, xmm, Lift.ZERO, 0, half);
  }

  private static void store(Lift l, int bits, Address mem, int xmm) {
    l.mem(Op.XSTORE, bits, Lift.DISCARD, xmm, 0, 0, mem, true, bits);
  }

  private static void load(Lift l, int bits, int xmm, Address mem) {
    l.mem(Op.XLOAD, bits, xmm, Lift.ZERO, 0, 0, mem, false, bits);
  }

  private static void whole(Lift l, boolean aligned) {
    l.checkSse(false);
    int memory = l.isMemory(0) ? 0 : l.isMemory(1) ? 1 : -1;
    if (memory < 0) {
      l.vector(PackedShuffles.COPY, l.number(0), l.number(1), 0);
      return;
    }
    Address mem = l.memory(memory);
    if (aligned) {
      l.align(mem, memory == 0);
    }
    if (memory == 0) {
      store(l, 128, mem, l.number(1));
    } else {
      load(l, 128, l.number(0), mem);
    }
  }

  private static void scalar(Lift l, int bits) {
    l.checkSse(false);
    if (l.isMemory(0)) {
      store(l, bits, l.memory(0), l.number(1));
    } else if (l.isMemory(1)) {
      load(l, bits, l.number(0), l.memory(1));
    } else if (bits == 64) {
      l.vector((x, d, s, imm) -> x[d] = x[s], l.number(0), l.number(1), 0);
    } else {
      l.vector(
          (x, d, s, imm) -> x[d] = x[d] & ~0xFFFF_FFFFL | x[s] & 0xFFFF_FFFFL,
          l.number(0),
          l.number(1),
          0);
    }
  }

  private static void half(Lift l, int half) {
    l.checkSse(false);
    int t = l.temp();
    if (l.isMemory(0)) {
      get(l, t, half, 64, l.number(1));
      l.store(64, l.memory(0), t, 0);
    } else {
      l.load(64, t, l.memory(1));
      put(l, l.number(0), half, 64, t, 0);
    }
  }

  /** MOVD, and MOVQ between XMM and general registers. */
  private static void general(Lift l) {
    l.checkSse(false);
    int bits = l.width(l.isXmm(0) ? 1 : 0);
    if (l.isXmm(0)) {
      int t = l.slot(1);
      put(l, l.number(0), 0, bits, t, 0);
      put(l, l.number(0), 1, 64, Lift.ZERO, 0);
      return;
    }
    VectorLogic.requireXmm(l, 1);
    if (l.isMemory(0)) {
      store(l, bits, l.memory(0), l.number(1));
    } else {
      get(l, l.number(0), 0, bits, l.number(1));
    }
  }

  private static void quadword(Lift l) {
    if (!(l.isXmm(0) && (l.isXmm(1) || l.isMemory(1)) || l.isMemory(0) && l.isXmm(1))) {
      general(l);
      return;
    }
    l.checkSse(false);
    if (l.isMemory(0)) {
      store(l, 64, l.memory(0), l.number(1));
    } else if (l.isMemory(1)) {
      load(l, 64, l.number(0), l.memory(1));
    } else {
      int t = l.temp();
      get(l, t, 0, 64, l.number(1));
      put(l, l.number(0), 0, 64, t, 0);
      put(l, l.number(0), 1, 64, Lift.ZERO, 0);
    }
  }

  /** The sign bits of the lanes of a quadword, gathered. */
  private static long signs(long a, int bits) {
    long z = 0;
    for (int i = 0; i < 64 / bits; i++) {
      z |= (a >>> i * bits + bits - 1 & 1) << i;
    }
    return z;
  }

  private static void toGeneral(
      Map<Mnemonic, Family> table, Mnemonic mnemonic, VectorFunction.ToGeneral function) {
    table.put(
        mnemonic,
        l -> {
          VectorLogic.requireXmm(l, 1);
          l.checkSse(false);
          long imm = l.in.operands().size() > 2 ? l.imm(2) : 0;
          l.add(Op.XTO, 32, l.number(0), Lift.DISCARD, 0, l.number(1), 0, imm, 0, null, function);
        });
  }

  private static void insertWord(Lift l) {
    VectorLogic.requireXmm(l, 0);
    l.checkSse(false);
    int t = l.temp();
    if (l.isMemory(1)) {
      l.load(16, t, l.memory(1));
    } else {
      l.mov(16, t, l.slot(1), 0);
    }
    VectorFunction.FromGeneral function =
        (x, d, value, imm) -> {
          int at = 16 * (imm & 3);
          int quad = d + (imm >> 2 & 1);
          x[quad] = x[quad] & ~(0xFFFFL << at) | (value & 0xFFFF) << at;
        };
    l.add(Op.XFROM, 16, l.number(0), Lift.DISCARD, t, 0, 0, l.imm(2), 0, null, function);
  }
}
