package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/**
 * SSE4.1: one lane from an XMM register to a general register or memory, and back (Intel SDM vol.
 * 1, 12.10.4), and blends by the sign bits of XMM0's lanes.
 */
final class VectorElements {
  /** A scratch register besides {@link Lift#SCRATCH}. */
  private static final int SECOND_SCRATCH = 17;

  private static final VectorFunction AND = VectorFunction.each((a, b) -> a & b);
  private static final VectorFunction XOR = VectorFunction.each((a, b) -> a ^ b);

  private VectorElements() {}

  static void register(Map<Mnemonic, Family> table) {
    extract(table, Mnemonic.PEXTRB, 8);
    extract(table, Mnemonic.PEXTRD, 32);
    extract(table, Mnemonic.PEXTRQ, 64);
    extract(table, Mnemonic.EXTRACTPS, 32);
    insert(table, Mnemonic.PINSRB, 8);
    insert(table, Mnemonic.PINSRD, 32);
    insert(table, Mnemonic.PINSRQ, 64);
    blend(table, Mnemonic.PBLENDVB, 8);
    blend(table, Mnemonic.BLENDVPS, 32);
    blend(table, Mnemonic.BLENDVPD, 64);
  }

  private static VectorFunction.Half lane(int bits) {
    int each = 64 / bits;
    return (dl, dh, sl, sh, imm) ->
        ((imm & each) == 0 ? sl : sh) >>> bits * (imm & each - 1) & Lift.mask(bits);
  }

  private static void extract(Map<Mnemonic, Family> table, Mnemonic mnemonic, int bits) {
    VectorFunction.Half function = lane(bits);
    table.put(mnemonic, l -> extract(l, function, bits));
  }

  static void extractWord(Lift l) {
    extract(l, lane(16), 16);
  }

  private static void extract(Lift l, VectorFunction.Half function, int bits) {
    l.checkSse(false);
    int to = l.isMemory(0) ? l.temp() : l.number(0);
    l.add(Op.XTO, 64, to, Lift.DISCARD, 0, l.number(1), 0, l.imm(2) & 0xFF, 0, null, function);
    if (l.isMemory(0)) {
      l.store(bits, l.memory(0), to, 0);
    }
  }

  private static void insert(Map<Mnemonic, Family> table, Mnemonic mnemonic, int bits) {
    int each = 64 / bits;
    VectorFunction function =
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> (imm & each) == 0 ? with(dl, sl, imm & each - 1, bits) : dl,
            (dl, dh, sl, sh, imm) -> (imm & each) == 0 ? dh : with(dh, sl, imm & each - 1, bits));
    table.put(
        mnemonic,
        l -> {
          l.checkSse(false);
          int from = l.temp();
          if (l.isMemory(1)) {
            l.load(bits, from, l.memory(1));
          } else {
            l.mov(bits, from, l.number(1), 0);
          }
          long imm = l.imm(2) & 0xFF;
          l.add(Op.XFROM, 64, l.number(0), Lift.DISCARD, from, 0, 0, imm, 0, null, function);
        });
  }

  private static long with(long quadword, long value, int n, int bits) {
    long mask = Lift.mask(bits) << n * bits;
    return quadword & ~mask | value << n * bits & mask;
  }

  /** d ^ (d ^ s &amp; mask). */
  private static void blend(Map<Mnemonic, Family> table, Mnemonic mnemonic, int bits) {
    VectorFunction signs = VectorFunction.each((a, b) -> PackedLanes.signs(b, bits));
    table.put(
        mnemonic,
        l -> {
          l.checkSse(false);
          int source = l.xmm(1, true);
          if (source != Lift.SCRATCH) {
            l.vector(VectorFunction.COPY, Lift.SCRATCH, source, 0);
          }
          l.vector(signs, SECOND_SCRATCH, 0, 0);
          l.vector(XOR, Lift.SCRATCH, l.number(0), 0);
          l.vector(AND, Lift.SCRATCH, SECOND_SCRATCH, 0);
          l.vector(XOR, l.number(0), Lift.SCRATCH, 0);
        });
  }
}
