package io.tlbscope.core.isa;

/**
 * How one operand is encoded.
 *
 * @param kind where it is
 * @param width width letter of the grammar in {@link OpcodeTable}
 * @param number register number for fixed registers
 */
record OperandSpec(Kind kind, char width, int number) {
  /** Places operands come from. */
  enum Kind {
    RM('E', true, 0),
    REG('G', true, 0),
    RM_REGISTER('R', true, OpcodeRow.MOD_REGISTER),
    RM_IGNORING_MOD('K', true, 0),
    RM_MEMORY('M', true, OpcodeRow.MOD_MEMORY),
    OPCODE_REGISTER('Z', false, 0),
    SIGNED('i', false, 0),
    SIGNED_BYTE('s', false, 0),
    UNSIGNED('u', false, 0),
    RELATIVE('J', false, 0),
    OFFSET('O', false, 0),
    FAR_POINTER('A', false, 0),
    SEGMENT('S', true, 0),
    CONTROL('C', true, 0),
    DEBUG('D', true, 0),
    XMM('V', true, 0),
    XMM_RM('W', true, 0),
    XMM_RM_REGISTER('U', true, OpcodeRow.MOD_REGISTER),
    MMX('P', true, 0),
    MMX_RM('Q', true, 0),
    MMX_RM_REGISTER('N', true, OpcodeRow.MOD_REGISTER),
    X87_RM('T', true, OpcodeRow.MOD_REGISTER),
    STRING_SOURCE('X', false, 0),
    STRING_DESTINATION('Y', false, 0),
    IMPLICIT_MEMORY('m', false, 0),
    FIXED_REGISTER('\0', false, 0),
    FIXED_SEGMENT('\0', false, 0),
    FIXED_X87('\0', false, 0),
    ONE('\0', false, 0);

    final char letter;
    final boolean modRm;

    /** Constraint on ModRM.mod that the operand brings along. */
    final int mod;

    Kind(char letter, boolean modRm, int mod) {
      this.letter = letter;
      this.modRm = modRm;
      this.mod = mod;
    }

    static Kind of(char letter) {
      for (Kind kind : values()) {
        if (kind.letter == letter) {
          return kind;
        }
      }
      throw new IllegalArgumentException("operand kind " + letter);
    }
  }

  static OperandSpec parse(String token) {
    return switch (token) {
      case "AL" -> new OperandSpec(Kind.FIXED_REGISTER, 'b', 0);
      case "CL" -> new OperandSpec(Kind.FIXED_REGISTER, 'B', 1);
      case "AX" -> new OperandSpec(Kind.FIXED_REGISTER, 'w', 0);
      case "DX" -> new OperandSpec(Kind.FIXED_REGISTER, 'w', 2);
      case "rAX" -> new OperandSpec(Kind.FIXED_REGISTER, 'v', 0);
      case "eAX" -> new OperandSpec(Kind.FIXED_REGISTER, 'z', 0);
      case "ES", "CS", "SS", "DS", "FS", "GS" ->
          new OperandSpec(Kind.FIXED_SEGMENT, 'w', "ES CS SS DS FS GS".indexOf(token) / 3);
      case "ST" -> new OperandSpec(Kind.FIXED_X87, 't', 0);
      case "T" -> new OperandSpec(Kind.X87_RM, 't', 0);
      case "1" -> new OperandSpec(Kind.ONE, 'B', 0);
      case "mAX" -> new OperandSpec(Kind.IMPLICIT_MEMORY, '0', 0);
      case "mBX" -> new OperandSpec(Kind.IMPLICIT_MEMORY, 'b', 3);
      case "mDI" -> new OperandSpec(Kind.IMPLICIT_MEMORY, 'o', 7);
      default -> new OperandSpec(Kind.of(token.charAt(0)), token.charAt(1), 0);
    };
  }

  /** The datum is a byte and decides the operand size. */
  boolean isByteDatum() {
    return width == 'b'
        && kind != Kind.SIGNED
        && kind != Kind.SIGNED_BYTE
        && kind != Kind.UNSIGNED
        && kind != Kind.RELATIVE;
  }
}
