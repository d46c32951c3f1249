package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/** PMOVSX and PMOVZX: the low lanes of the source, made wider (Intel SDM vol. 1, 12.10.10). */
final class PackedExtensions {
  private static final String LETTERS = "BWDQ";

  private PackedExtensions() {}

  static void register(Map<Mnemonic, Family> table) {
    for (int from = 0; from < 3; from++) {
      for (int to = from + 1; to < 4; to++) {
        String lanes = "" + LETTERS.charAt(from) + LETTERS.charAt(to);
        register(table, Mnemonic.valueOf("PMOVSX" + lanes), 8 << from, 8 << to, true);
        register(table, Mnemonic.valueOf("PMOVZX" + lanes), 8 << from, 8 << to, false);
      }
    }
  }

  private static void register(
      Map<Mnemonic, Family> table, Mnemonic mnemonic, int from, int to, boolean signed) {
    int lanes = 64 / to;
    VectorFunction function =
        new VectorFunction(
            (dl, dh, sl, sh, imm) -> wider(sl, from, to, signed),
            (dl, dh, sl, sh, imm) -> wider(sl >>> from * lanes, from, to, signed));
    table.put(
        mnemonic,
        l -> {
          l.checkSse(false);
          if (l.isMemory(1)) {
            int t = l.temp();
            l.load(2 * from * lanes, t, l.memory(1));
            l.add(Op.XFROM, 64, l.number(0), Lift.DISCARD, t, 0, 0, 0, 0, null, function);
          } else {
            l.vector(function, l.number(0), l.number(1), 0);
          }
        });
  }

  private static long wider(long a, int from, int to, boolean signed) {
    long z = 0;
    for (int n = 0; n < 64 / to; n++) {
      long lane = a << 64 - from - n * from;
      z |= (signed ? lane >> 64 - from : lane >>> 64 - from) << n * to & Lift.mask(to) << n * to;
    }
    return z;
  }
}
