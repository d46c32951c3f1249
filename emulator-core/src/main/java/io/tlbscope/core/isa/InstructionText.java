package io.tlbscope.core.isa;

import java.util.List;
import java.util.Locale;

/** Builds the text of one instruction in Intel syntax. */
final class InstructionText {
  private static final String[] CONDITIONS = {
    "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"
  };

  private final Instruction instruction;
  private final OperandText operands;

  InstructionText(Instruction instruction, long rip) {
    this.instruction = instruction;
    this.operands =
        new OperandText(
            instruction.mode(),
            instruction.addressBits(),
            instruction.operandBits(),
            rip + instruction.length());
  }

  static String of(Undecoded undecoded, long rip) {
    if (undecoded.kind() != Undecoded.Kind.UNIMPLEMENTED) {
      return "(bad)";
    }
    return join(
        undecoded.name(),
        new OperandText(CodeMode.BITS64, 64, 64, rip + undecoded.length()),
        undecoded.operands());
  }

  @Override
  public String toString() {
    String prefix =
        switch (instruction.repeat()) {
          case NONE -> instruction.lock() ? "lock " : "";
          case REP -> comparing() ? "repe " : "rep ";
          case REPNE -> comparing() ? "repne " : "rep ";
        };
    return prefix + join(name(), operands, instruction.operands());
  }

  private static String join(String name, OperandText text, List<Operand> operands) {
    StringBuilder joined = new StringBuilder(name);
    String comment = "";
    char separator = ' ';
    for (Operand operand : operands) {
      joined.append(separator).append(text.of(operand));
      separator = ',';
      comment += text.comment(operand);
    }
    return joined + comment;
  }

  private boolean comparing() {
    return instruction.mnemonic() == Mnemonic.CMPS || instruction.mnemonic() == Mnemonic.SCAS;
  }

  private String name() {
    Mnemonic mnemonic = instruction.mnemonic();
    String plain = mnemonic.name().toLowerCase(Locale.ROOT);
    return switch (mnemonic) {
      case JCC -> "j" + CONDITIONS[instruction.condition()];
      case SETCC -> "set" + CONDITIONS[instruction.condition()];
      case CMOVCC -> "cmov" + CONDITIONS[instruction.condition()];
      case MOVS, CMPS, STOS, LODS, SCAS, INS, OUTS -> plain + sizeLetter();
      case JMP_FAR -> "jmp far";
      case CALL_FAR -> "call far";
      case RET_FAR -> "retf";
      case MOVSD_XMM -> "movsd";
      case CMPSD_XMM -> "cmpsd";
      case JCXZ ->
          instruction.addressBits() == 64
              ? "jrcxz"
              : instruction.addressBits() == 32 ? "jecxz" : "jcxz";
      case IRET -> "iret" + suffix();
      case PUSHF, POPF -> plain + suffix();
      case PUSHA, POPA -> plain + suffix();
      default -> plain;
    };
  }

  private char sizeLetter() {
    return switch (instruction.operandBits()) {
      case 8 -> 'b';
      case 16 -> 'w';
      case 32 -> 'd';
      default -> 'q';
    };
  }

  private String suffix() {
    return switch (instruction.operandBits()) {
      case 16 -> "";
      case 32 -> "d";
      default -> "q";
    };
  }
}
