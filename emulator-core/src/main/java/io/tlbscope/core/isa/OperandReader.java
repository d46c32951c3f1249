package io.tlbscope.core.isa;

/**
 * Builds the operands of one instruction, in the row's order, taking displacement and immediates on
 * the way.
 */
final class OperandReader {
  private static final int DS = 3;

  private final CodeMode mode;
  private final ByteCursor cursor;
  private final Prefixes prefixes;
  private final int opcode;
  private final int modRm;
  private final int operandBits;
  private EffectiveAddress address;

  OperandReader(
      CodeMode mode, ByteCursor cursor, Prefixes prefixes, int opcode, int modRm, int operandBits) {
    this.mode = mode;
    this.cursor = cursor;
    this.prefixes = prefixes;
    this.opcode = opcode;
    this.modRm = modRm;
    this.operandBits = operandBits;
  }

  /** The operand, or null where the encoding names a register that does not exist. */
  Operand read(OperandSpec spec) {
    return switch (spec.kind()) {
      case RM, RM_REGISTER, RM_MEMORY ->
          isRegister() ? general(rm(), registerBits(spec.width())) : memory(spec.width());
      case RM_IGNORING_MOD -> general(rm(), registerBits(spec.width()));
      case REG -> general(reg(), registerBits(spec.width()));
      case OPCODE_REGISTER ->
          general(opcode & 7 | rexBit(Prefixes.REX_B), registerBits(spec.width()));
      case SIGNED -> signed(registerBits(spec.width()));
      case SIGNED_BYTE -> new Operand.Immediate(cursor.signed(8), operandBits);
      case UNSIGNED -> unsigned(registerBits(spec.width()));
      case RELATIVE -> relative(spec.width() == 'b' ? 8 : Math.min(operandBits, 32));
      case OFFSET -> offset(spec.width());
      case FAR_POINTER -> farPointer();
      case SEGMENT ->
          (modRm >> 3 & 7) > 5 ? null : Registers.of(RegisterFile.SEGMENT, modRm >> 3 & 7, 16);
      case CONTROL -> control();
      case DEBUG -> reg() > 7 ? null : Registers.of(RegisterFile.DEBUG, reg(), modeBits());
      case XMM -> Registers.of(RegisterFile.XMM, reg(), 128);
      case XMM_RM, XMM_RM_REGISTER ->
          isRegister() ? Registers.of(RegisterFile.XMM, rm(), 128) : memory(spec.width());
      case MMX -> Registers.of(RegisterFile.MMX, modRm >> 3 & 7, 64);
      case MMX_RM, MMX_RM_REGISTER ->
          isRegister() ? Registers.of(RegisterFile.MMX, modRm & 7, 64) : memory(spec.width());
      case X87_RM -> Registers.of(RegisterFile.X87, modRm & 7, 80);
      case STRING_SOURCE -> implicit(segmentOr(DS), 6, spec.width());
      case STRING_DESTINATION -> implicit(0, 7, spec.width());
      case IMPLICIT_MEMORY -> implicit(segmentOr(DS), spec.number(), spec.width());
      case FIXED_REGISTER -> Registers.general(spec.number(), registerBits(spec.width()), true);
      case FIXED_SEGMENT -> Registers.of(RegisterFile.SEGMENT, spec.number(), 16);
      case FIXED_X87 -> Registers.of(RegisterFile.X87, 0, 80);
      case ONE -> new Operand.Immediate(1, 8);
    };
  }

  private boolean isRegister() {
    return modRm >= 0xC0;
  }

  private int reg() {
    return modRm >> 3 & 7 | rexBit(Prefixes.REX_R);
  }

  private int rm() {
    return modRm & 7 | rexBit(Prefixes.REX_B);
  }

  private int rexBit(int bit) {
    return prefixes.has(bit) ? 8 : 0;
  }

  private int modeBits() {
    return mode == CodeMode.BITS64 ? 64 : 32;
  }

  private int segmentOr(int segment) {
    return prefixes.segment >= 0 ? prefixes.segment : segment;
  }

  private Operand general(int number, int bits) {
    return Registers.general(number, bits, prefixes.rex != 0);
  }

  private Operand memory(char width) {
    if (address == null) {
      address = EffectiveAddress.take(cursor, modRm, prefixes, mode);
    }
    return address.operand(memoryBits(width));
  }

  private Operand implicit(int segment, int base, char width) {
    return new Operand.Memory(segment, base, -1, 0, 0, false, memoryBits(width));
  }

  private Operand signed(int bits) {
    // Only MOV r64, imm64 (width v) has a 64-bit immediate; width z stops at 32 and is
    // sign-extended.
    return new Operand.Immediate(cursor.signed(bits), bits == 32 && operandBits == 64 ? 64 : bits);
  }

  private Operand unsigned(int bits) {
    return new Operand.Immediate(cursor.unsigned(bits), bits);
  }

  private Operand relative(int bits) {
    return new Operand.Relative(cursor.signed(bits), bits);
  }

  private Operand offset(char width) {
    int bits = prefixes.addressBits(mode);
    return new Operand.Memory(
        segmentOr(DS), -1, -1, 0, cursor.unsigned(bits), false, memoryBits(width));
  }

  private Operand farPointer() {
    long offset = cursor.unsigned(operandBits);
    return new Operand.FarPointer((int) cursor.unsigned(16), offset, operandBits + 16);
  }

  private Operand control() {
    return switch (reg()) {
      case 0, 2, 3, 4 -> Registers.of(RegisterFile.CONTROL, reg(), modeBits());
      case 8 -> Registers.of(RegisterFile.CONTROL, 8, modeBits());
      default -> null;
    };
  }

  private int registerBits(char width) {
    return switch (width) {
      case 'k' -> operandBits;
      case 'r', 'x' -> 32;
      default -> bits(width);
    };
  }

  private int memoryBits(char width) {
    return switch (width) {
      case 'k', 'r' -> 16;
      case 'x' -> 8;
      default -> bits(width);
    };
  }

  private int bits(char width) {
    return switch (width) {
      case 'b', 'B' -> 8;
      case 'w' -> 16;
      case 'd' -> 32;
      case 'q' -> 64;
      case 'o' -> 128;
      case 't' -> 80;
      case 'v' -> operandBits;
      case 'z' -> Math.min(operandBits, 32);
      case 'y' -> prefixes.has(Prefixes.REX_W) ? 64 : 32;
      case 'm' -> modeBits();
      case 'p' -> operandBits + 16;
      case 's' -> mode == CodeMode.BITS64 ? 80 : 48;
      case 'a' -> operandBits * 2;
      default -> 0;
    };
  }
}
