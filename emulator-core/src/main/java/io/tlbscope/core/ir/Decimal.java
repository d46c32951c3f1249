package io.tlbscope.core.ir;

import io.tlbscope.core.isa.Mnemonic;
import java.util.Map;

/**
 * Decimal adjustment of AX (Intel SDM vol. 1, 7.3.3); {@code sub} is the mnemonic's ordinal in
 * {@link Kind}.
 */
final class Decimal {
  private Decimal() {}

  /** The six instructions. */
  enum Kind {
    DAA,
    DAS,
    AAA,
    AAS,
    AAM,
    AAD
  }

  static void register(Map<Mnemonic, Family> table) {
    for (Kind kind : Kind.values()) {
      table.put(Mnemonic.valueOf(kind.name()), l -> adjust(l, kind));
    }
  }

  private static void adjust(Lift l, Kind kind) {
    long base = l.in.operands().isEmpty() ? 10 : l.imm(0) & 0xFF;
    l.sub(Op.BCD, 16, Lift.RAX, Lift.RAX, Lift.ZERO, base, kind.ordinal());
  }
}
