package io.tlbscope.core.isa;

/** One compiled row of an opcode table: what must hold for it to match, and what it decodes to. */
final class OpcodeRow {
  /** Constraints on ModRM.mod. */
  static final int MOD_ANY = 0, MOD_MEMORY = 1, MOD_REGISTER = 2;

  /**
   * Constraints on the mandatory prefix; {@code PREFIX_NO_REPEAT} allows 66 as an operand-size
   * prefix.
   */
  static final int PREFIX_ANY = 0,
      PREFIX_NONE = 1,
      PREFIX_66 = 2,
      PREFIX_F3 = 3,
      PREFIX_F2 = 4,
      PREFIX_NO_REPEAT = 5;

  /** Attributes, as in the grammar of {@link OpcodeTable}. */
  static final int I64 = 1,
      X64 = 2,
      D64 = 4,
      F64 = 8,
      W0 = 16,
      W1 = 32,
      B0 = 64,
      OS16 = 128,
      OS32 = 256,
      OS64 = 512,
      NOCS = 1024;

  String name;
  Mnemonic mnemonic;

  /** Feature whose absence makes the row unimplemented, or null. */
  String feature;

  OperandSpec[] operands;
  int reg = -1;
  int mod = MOD_ANY;
  int rm = -1;
  int prefix = PREFIX_ANY;
  int attributes;

  /** Operand size is 8 bits. */
  boolean byteSized;

  boolean has(int attribute) {
    return (attributes & attribute) != 0;
  }

  /** The row looks at a ModRM byte. */
  boolean needsModRm() {
    if (reg >= 0 || mod != MOD_ANY || rm >= 0) {
      return true;
    }
    for (OperandSpec spec : operands) {
      if (spec.kind().modRm) {
        return true;
      }
    }
    return false;
  }

  boolean modRmMatches(int modRm) {
    boolean register = modRm >= 0xC0;
    return (mod == MOD_ANY || (mod == MOD_REGISTER) == register)
        && (reg < 0 || reg == (modRm >> 3 & 7))
        && (rm < 0 || rm == (modRm & 7));
  }
}
