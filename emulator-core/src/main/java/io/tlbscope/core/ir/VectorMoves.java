package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** Data movement of SSE and SSE2 (Intel SDM vol. 1, 10.4.1.1, 11.4.1.1 and 11.4.2). */
final class VectorMoves {
  private static final VectorFunction LOW_QUADWORD =
      VectorFunction.low((a, b) -> b).as(VectorFunction.Shape.MOVE);
  private static final VectorFunction LOW_DOUBLEWORD =
      VectorFunction.low((a, b) -> a & ~0xFFFF_FFFFL | b & 0xFFFF_FFFFL);
  private static final VectorFunction INSERT_WORD =
      new VectorFunction(
          (dl, dh, sl, sh, imm) -> (imm & 4) == 0 ? withWord(dl, sl, imm) : dl,
          (dl, dh, sl, sh, imm) -> (imm & 4) == 0 ? dh : withWord(dh, sl, imm));

  private VectorMoves() {}

  private static long withWord(long quadword, long value, int imm) {
    int at = 16 * (imm & 3);
    return quadword & ~(0xFFFFL << at) | (value & 0xFFFF) << at;
  }

  static void register(Map<Mnemonic, Family> table) {
    for (Mnemonic m : new Mnemonic[] {Mnemonic.MOVAPS, Mnemonic.MOVAPD, Mnemonic.MOVDQA}) {
      table.put(m, l -> whole(l, true));
    }
    for (Mnemonic m :
        new Mnemonic[] {Mnemonic.MOVNTPS, Mnemonic.MOVNTPD, Mnemonic.MOVNTDQ, Mnemonic.MOVNTDQA}) {
      table.put(m, l -> whole(l, true));
    }
    for (Mnemonic m : new Mnemonic[] {Mnemonic.MOVUPS, Mnemonic.MOVUPD, Mnemonic.MOVDQU}) {
      table.put(m, l -> whole(l, false));
    }
    table.put(Mnemonic.LDDQU, l -> whole(l, false));
    table.put(Mnemonic.MOVSS, l -> scalar(l, 32));
    table.put(Mnemonic.MOVSD_XMM, l -> scalar(l, 64));
    table.put(Mnemonic.MOVLPS, l -> half(l, 0));
    table.put(Mnemonic.MOVLPD, l -> half(l, 0));
    table.put(Mnemonic.MOVHPS, l -> half(l, 1));
    table.put(Mnemonic.MOVHPD, l -> half(l, 1));
    table.put(Mnemonic.MOVD, VectorMoves::general);
    table.put(Mnemonic.MOVQ, VectorMoves::quadword);
    toGeneral(
        table, Mnemonic.MOVMSKPS, (dl, dh, sl, sh, imm) -> signs(sl, 32) | signs(sh, 32) << 2);
    toGeneral(table, Mnemonic.MOVMSKPD, (dl, dh, sl, sh, imm) -> sl >>> 63 | sh >>> 63 << 1);
    toGeneral(table, Mnemonic.PMOVMSKB, (dl, dh, sl, sh, imm) -> signs(sl, 8) | signs(sh, 8) << 8);
    toGeneral(
        table,
        Mnemonic.PEXTRW,
        (dl, dh, sl, sh, imm) -> ((imm & 4) == 0 ? sl : sh) >>> 16 * (imm & 3) & 0xFFFF);
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
      l.vector(VectorFunction.COPY, l.number(0), l.number(1), 0);
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
      l.vector(LOW_QUADWORD, l.number(0), l.number(1), 0);
    } else {
      l.vector(LOW_DOUBLEWORD, l.number(0), l.number(1), 0);
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
    if (MmxLift.any(l)) {
      MmxMoves.move(l);
      return;
    }
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
    if (MmxLift.any(l)) {
      MmxMoves.move(l);
      return;
    }
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
      Map<Mnemonic, Family> table, Mnemonic mnemonic, VectorFunction.Half function) {
    table.put(
        mnemonic,
        l -> {
          if (MmxLift.isMmx(l, 1)) {
            MmxMoves.toGeneral(l, function);
            return;
          }
          VectorLogic.requireXmm(l, 1);
          if (l.isMemory(0)) {
            VectorElements.extractWord(l);
            return;
          }
          l.checkSse(false);
          long imm = l.in.operands().size() > 2 ? l.imm(2) : 0;
          l.add(Op.XTO, 32, l.number(0), Lift.DISCARD, 0, l.number(1), 0, imm, 0, null, function);
        });
  }

  private static void insertWord(Lift l) {
    if (MmxLift.isMmx(l, 0)) {
      MmxMoves.insertWord(l, INSERT_WORD.low());
      return;
    }
    VectorLogic.requireXmm(l, 0);
    l.checkSse(false);
    int t = l.temp();
    if (l.isMemory(1)) {
      l.load(16, t, l.memory(1));
    } else {
      l.mov(16, t, l.slot(1), 0);
    }
    l.add(Op.XFROM, 16, l.number(0), Lift.DISCARD, t, 0, 0, l.imm(2), 0, null, INSERT_WORD);
  }
}
