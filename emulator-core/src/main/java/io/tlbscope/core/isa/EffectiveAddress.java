package io.tlbscope.core.isa;

/** The memory forms of ModRM and SIB (Intel SDM vol. 2A, tables 2-1, 2-2, 2-3 and 2.2.1.6). */
final class EffectiveAddress {
  private static final int SS = 2, DS = 3, BX = 3, SP = 4, BP = 5, SI = 6, DI = 7;
  private static final int[] BASES_16 = {BX, BX, BP, BP, -1, -1, BP, BX};
  private static final int[] INDEXES_16 = {SI, DI, SI, DI, SI, DI, -1, -1};

  private int base = -1;
  private int index = -1;
  private int scale;
  private long displacement;
  private boolean ripRelative;
  private int segment = DS;

  /** Takes SIB and displacement; {@code modRm} must be a memory form. */
  static EffectiveAddress take(ByteCursor cursor, int modRm, Prefixes prefixes, CodeMode mode) {
    EffectiveAddress ea = new EffectiveAddress();
    if (prefixes.addressBits(mode) == 16) {
      ea.take16(cursor, modRm);
    } else {
      ea.take32(cursor, modRm, prefixes, mode == CodeMode.BITS64);
    }
    if (ea.base == SP || ea.base == BP) {
      ea.segment = SS;
    }
    if (prefixes.segment >= 0) {
      ea.segment = prefixes.segment;
    }
    return ea;
  }

  private void take16(ByteCursor cursor, int modRm) {
    int mod = modRm >> 6;
    int rm = modRm & 7;
    if (mod == 0 && rm == 6) {
      displacement = cursor.signed(16);
      return;
    }
    base = BASES_16[rm];
    index = INDEXES_16[rm];
    if (base < 0) {
      base = index;
      index = -1;
    }
    displacement = mod == 0 ? 0 : cursor.signed(mod == 1 ? 8 : 16);
  }

  private void take32(ByteCursor cursor, int modRm, Prefixes prefixes, boolean bits64) {
    int mod = modRm >> 6;
    int low = modRm & 7;
    if (low == 4) {
      int sib = cursor.next();
      low = sib & 7;
      scale = sib >> 6;
      index = sib >> 3 & 7 | (prefixes.has(Prefixes.REX_X) ? 8 : 0);
      if (index == 4) {
        index = -1;
        scale = 0;
      }
    } else if (mod == 0 && low == 5 && bits64) {
      ripRelative = true;
    }
    if (mod == 0 && low == 5) {
      displacement = cursor.signed(32);
      return;
    }
    base = low | (prefixes.has(Prefixes.REX_B) ? 8 : 0);
    displacement = mod == 0 ? 0 : cursor.signed(mod == 1 ? 8 : 32);
  }

  Operand.Memory operand(int bits) {
    return new Operand.Memory(segment, base, index, scale, displacement, ripRelative, bits);
  }
}
