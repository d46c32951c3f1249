package io.tlbscope.core.isa;

import io.tlbscope.core.isa.Undecoded.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One decoding: prefixes, opcode map, row, operands. */
final class InstructionDecoder {
  /** What LOCK is legal with, when the destination is memory (Intel SDM vol. 2A, LOCK). */
  private static final Set<Mnemonic> LOCKABLE =
      EnumSet.of(
          Mnemonic.ADD,
          Mnemonic.ADC,
          Mnemonic.AND,
          Mnemonic.BTC,
          Mnemonic.BTR,
          Mnemonic.BTS,
          Mnemonic.CMPXCHG,
          Mnemonic.CMPXCHG8B,
          Mnemonic.CMPXCHG16B,
          Mnemonic.DEC,
          Mnemonic.INC,
          Mnemonic.NEG,
          Mnemonic.NOT,
          Mnemonic.OR,
          Mnemonic.SBB,
          Mnemonic.SUB,
          Mnemonic.XADD,
          Mnemonic.XCHG,
          Mnemonic.XOR);

  private final CodeMode mode;
  private final ByteCursor cursor;
  private final Prefixes prefixes;

  InstructionDecoder(CodeMode mode, byte[] bytes, int offset, int available) {
    this.mode = mode;
    this.cursor = new ByteCursor(bytes, offset, available);
    this.prefixes = new Prefixes(mode == CodeMode.BITS64);
  }

  DecodeResult decode() {
    OpcodeTable table = OpcodeTable.ONE_BYTE;
    int opcode = prefixes.take(cursor);
    if (VectorPrefix.starts(mode, opcode, cursor)) {
      return VectorPrefix.skip(mode, opcode, prefixes, cursor);
    }
    if (opcode == 0x0F) {
      table = OpcodeTable.TWO_BYTE;
      opcode = cursor.next();
      if (opcode == 0x38 || opcode == 0x3A) {
        table = opcode == 0x38 ? OpcodeTable.MAP_38 : OpcodeTable.MAP_3A;
        opcode = cursor.next();
      }
    }
    if (cursor.exhausted()) {
      return cursor.shortage();
    }
    if (table.rows(opcode).length == 0) {
      return invalid();
    }
    int modRm = table.needsModRm(opcode) ? cursor.next() : -1;
    if (cursor.exhausted()) {
      return cursor.shortage();
    }
    for (OpcodeRow row : table.rows(opcode)) {
      if (matches(row, modRm)) {
        return finish(row, opcode, modRm);
      }
    }
    return invalid();
  }

  private boolean matches(OpcodeRow row, int modRm) {
    return (modRm < 0 || row.modRmMatches(modRm))
        && prefixes.match(row.prefix)
        && (row.attributes == 0 || attributesMatch(row));
  }

  private boolean attributesMatch(OpcodeRow row) {
    if (row.has(mode == CodeMode.BITS64 ? OpcodeRow.I64 : OpcodeRow.X64)
        || row.has(prefixes.has(Prefixes.REX_W) ? OpcodeRow.W0 : OpcodeRow.W1)
        || row.has(OpcodeRow.B0) && prefixes.has(Prefixes.REX_B)) {
      return false;
    }
    int sizes = row.attributes & (OpcodeRow.OS16 | OpcodeRow.OS32 | OpcodeRow.OS64);
    return sizes == 0
        || sizes
            == switch (prefixes.operandBits(mode, false, false)) {
              case 16 -> OpcodeRow.OS16;
              case 32 -> OpcodeRow.OS32;
              default -> OpcodeRow.OS64;
            };
  }

  private DecodeResult finish(OpcodeRow row, int opcode, int modRm) {
    int operandBits = prefixes.operandBits(mode, row.has(OpcodeRow.D64), row.has(OpcodeRow.F64));
    OperandReader reader = new OperandReader(mode, cursor, prefixes, opcode, modRm, operandBits);
    Operand[] operands = new Operand[row.operands.length];
    for (int n = 0; n < operands.length; n++) {
      operands[n] = reader.read(row.operands[n]);
      if (operands[n] == null) {
        return invalid();
      }
    }
    if (cursor.exhausted()) {
      return cursor.shortage();
    }
    if (row.has(OpcodeRow.NOCS) && ((Operand.Register) operands[0]).number() == 1
        || prefixes.lock && !lockable(row, operands)) {
      return invalid();
    }
    if (row.feature != null) {
      return new Undecoded(
          Kind.UNIMPLEMENTED, cursor.taken(), row.feature, row.name, List.of(operands));
    }
    int condition =
        switch (row.mnemonic) {
          case JCC, SETCC, CMOVCC -> opcode & 15;
          default -> -1;
        };
    return new Instruction(
        row.mnemonic,
        cursor.taken(),
        mode,
        row.byteSized ? 8 : operandBits,
        prefixes.addressBits(mode),
        condition,
        prefixes.lock,
        repeat(row.mnemonic),
        List.of(operands));
  }

  private static boolean lockable(OpcodeRow row, Operand[] operands) {
    return row.mnemonic != null
        && LOCKABLE.contains(row.mnemonic)
        && operands[0] instanceof Operand.Memory;
  }

  private Instruction.Repeat repeat(Mnemonic mnemonic) {
    return switch (mnemonic) {
      case MOVS, CMPS, STOS, LODS, SCAS, INS, OUTS ->
          prefixes.repeat == 0xF3
              ? Instruction.Repeat.REP
              : prefixes.repeat == 0xF2 ? Instruction.Repeat.REPNE : Instruction.Repeat.NONE;
      default -> Instruction.Repeat.NONE;
    };
  }

  private Undecoded invalid() {
    return Undecoded.of(Kind.INVALID, cursor.taken());
  }
}
