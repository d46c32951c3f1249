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
 * @param operands destination first, as in the manual (Intel order). Implicit registers are left
 *     out (MUL, CPUID), those the manual's syntax writes are there (ADD AL, imm8; SHL r, CL; IN AL,
 *     DX). Implicit memory operands are there, because a segment override applies to them: MOVS m,
 *     m; CMPS m, m; STOS m; LODS m; SCAS m; INS m, DX; OUTS DX, m; XLAT m (base rBX, AL to be
 *     added); MONITOR m (base rAX); MASKMOVDQU x, x, m (base rDI). A shift by one has the immediate
 *     1
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
    List<Operand> operands)
    implements DecodeResult {
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
