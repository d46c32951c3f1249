package io.tlbscope.core.isa;

import java.util.List;

/**
 * One decoded instruction, independent of its address.
 *
 * @param mnemonic the manual's name; condition codes are folded (JCC, SETCC, CMOVCC)
 * @param length bytes, 1..15
 * @param mode code mode it was decoded in
 * @param operandBits effective operand size 8, 16, 32 or 64
 * @param addressBits effective address size 16, 32 or 64
 * @param condition tttn field 0..15 of JCC, SETCC and CMOVCC, else -1
 * @param lock LOCK prefix present (and legal)
 * @param repeat REP/REPNE prefix in force for a string instruction
 * @param operands destination first, as in the manual (Intel order); implicit operands are left out
 */
public record Instruction(
    Mnemonic mnemonic,
    int length,
    CodeMode mode,
    int operandBits,
    int addressBits,
    int condition,
    boolean lock,
    Repeat repeat,
    List<Operand> operands) {
  /** Repeat prefixes of string instructions. */
  public enum Repeat {
    NONE,
    REP,
    REPNE
  }

  public Operand operand(int n) {
    return operands.get(n);
  }
}
