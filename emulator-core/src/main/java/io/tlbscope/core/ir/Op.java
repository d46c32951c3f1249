package io.tlbscope.core.ir;

import static io.tlbscope.core.ir.Op.FlagUse.NONE;
import static io.tlbscope.core.ir.Op.FlagUse.READS;
import static io.tlbscope.core.ir.Op.FlagUse.READS_WRITES;
import static io.tlbscope.core.ir.Op.FlagUse.WRITES;
import static io.tlbscope.core.ir.Op.FlagUse.WRITES_SOME;
import static io.tlbscope.core.ir.Op.Flow.ENDS;
import static io.tlbscope.core.ir.Op.Flow.LEAVES;
import static io.tlbscope.core.ir.Op.Flow.STAYS;

/**
 * The operations. In the table {@code B} stands for {@code r[b] + imm}; operands count with their
 * low {@code bits} only, results are zero-extended to 64 bits, so that a 32-bit result written to a
 * general register's slot is already right.
 */
public enum Op {
  // Data movement
  /** dst = B. */
  MOV(NONE, STAYS),
  /** dst = B's low {@code sub} bits, sign-extended to {@code bits}. */
  SEXT(NONE, STAYS),
  /** dst = byte 1 of a. */
  GET8H(NONE, STAYS),
  /** Byte 0, byte 1 or word 0 of dst = B. */
  PUT8(NONE, STAYS),
  PUT8H(NONE, STAYS),
  PUT16(NONE, STAYS),
  /** dst = a with its bytes reversed. */
  BSWAP(NONE, STAYS),
  /** dst = effective address of mem. */
  LEA(NONE, STAYS),
  /** dst = cond(sub) ? B : a. */
  SELECT(READS, STAYS),
  /** dst = cond(sub) ? 1 : 0. */
  SET(READS, STAYS),

  // Memory
  /** dst = mem. */
  LOAD(NONE, LEAVES),
  /** dst = mem ({@code sub} bits) sign-extended to {@code bits}. */
  LOADS(NONE, LEAVES),
  /** As LOAD; raises first what a store would raise. */
  LOAD_RMW(NONE, LEAVES),
  /** mem = B. */
  STORE(NONE, LEAVES),
  /** Raises what a store would raise. */
  PROBE_WRITE(NONE, LEAVES),
  /**
   * dst = mem; mem = f(mem, B), indivisible and a full fence; {@code sub} is f, an ordinal of
   * {@link io.tlbscope.core.memory.AtomicKind}; a is what COMPARE_EXCHANGE expects. Raises what a
   * store would raise, before anything changed.
   */
  ATOMIC(NONE, LEAVES),
  /** Nothing passes it: MFENCE. */
  FENCE(NONE, STAYS),
  /**
   * Segment limit and rights of mem, {@code bits} wide; {@code sub} 1 for a store. Only outside
   * 64-bit code.
   */
  SEG_CHECK(NONE, LEAVES),

  // Arithmetic and logic: dst = a op B
  ADD(WRITES, STAYS),
  SUB(WRITES, STAYS),
  ADC(READS_WRITES, STAYS),
  SBB(READS_WRITES, STAYS),
  AND(WRITES, STAYS),
  OR(WRITES, STAYS),
  XOR(WRITES, STAYS),
  /** dst = a plus or minus 1; CF stays. */
  INC(WRITES_SOME, STAYS),
  DEC(WRITES_SOME, STAYS),
  /** dst = -B. */
  NEG(WRITES, STAYS),
  /** dst = ~B. */
  NOT(NONE, STAYS),

  // Shifts: dst = a op B, count masked to 5 or 6 bits
  SHL(WRITES_SOME, STAYS),
  SHR(WRITES_SOME, STAYS),
  SAR(WRITES_SOME, STAYS),
  ROL(WRITES_SOME, STAYS),
  ROR(WRITES_SOME, STAYS),
  RCL(READS_WRITES, STAYS),
  RCR(READS_WRITES, STAYS),
  /** dst = a shifted, filled from c. */
  SHLD(WRITES_SOME, STAYS),
  SHRD(WRITES_SOME, STAYS),

  // Bits: dst = a with bit B changed, CF = the bit before
  BT(WRITES_SOME, STAYS),
  BTS(WRITES_SOME, STAYS),
  BTR(WRITES_SOME, STAYS),
  BTC(WRITES_SOME, STAYS),
  /**
   * dst = byte offset of the operand-sized unit that holds signed bit number B; {@code bits} is the
   * unit.
   */
  BIT_UNIT(NONE, STAYS),
  /** dst = index of lowest or highest set bit of a; dst unchanged when a is 0. */
  BSF(WRITES, STAYS),
  BSR(WRITES, STAYS),
  POPCNT(WRITES, STAYS),
  /** dst = CRC-32C of c updated with a, {@code sub} bits of it. */
  CRC32(NONE, STAYS),

  // Multiplication and division
  /** dst2:dst = a * B, unsigned or signed. */
  MULU(WRITES, STAYS),
  MULS(WRITES, STAYS),
  /** dst = low half of a * B, signed. */
  IMUL(WRITES, STAYS),
  /** dst, dst2 = quotient, remainder of c:a / B; #DE. */
  DIVU(NONE, LEAVES),
  DIVS(NONE, LEAVES),
  /** DAA, DAS, AAA, AAS, AAM, AAD on AX: {@code sub} says which, imm is AAM's and AAD's base. */
  BCD(READS_WRITES, LEAVES),

  // Flags
  /** CF = 0, 1, !CF for {@code sub} 0, 1, 2. */
  CARRY(READS_WRITES, STAYS),
  /** DF = sub. */
  DIRECTION(NONE, STAYS),
  /** dst = RFLAGS image. */
  FLAGS_READ(READS, STAYS),
  /** Arithmetic flags of mask imm = a. */
  FLAGS_LOW(READS_WRITES, STAYS),

  // Checks
  /** #BR when a (signed) is below b or above c. */
  BOUND(NONE, LEAVES),
  /** #GP(0) when a is no canonical address; its upper {@code sub} bits do not count. */
  CANONICAL(NONE, LEAVES),
  /**
   * #UD or #NM when SSE is switched off (CR0.EM, CR0.TS, CR4.OSFXSR); {@code sub} 1: arithmetic
   * follows, which may raise an exception that MXCSR does not mask.
   */
  SSE_CHECK(NONE, LEAVES),
  /** #GP(0) when mem is not aligned to imm bytes. */
  ALIGNED(NONE, LEAVES),

  // 128 bits
  /**
   * mem128 compared with RDX:RAX and replaced ({@code bits} is 128), or mem64 with EDX:EAX (64);
   * indivisible if {@code sub} is 1.
   */
  CMPXCHG_WIDE(READS_WRITES, LEAVES),
  /** xmm dst = mem; {@code bits} 32, 64 or 128; the rest is cleared. */
  XLOAD(NONE, LEAVES),
  /** mem = low {@code bits} of xmm a. */
  XSTORE(NONE, LEAVES),
  /** Quadword {@code sub} of xmm dst = B. */
  XPUT(NONE, STAYS),
  /** dst = quadword {@code sub} of xmm a, low {@code bits}. */
  XGET(NONE, STAYS),
  /**
   * xmm dst = function(xmm dst, xmm b, imm); the function, {@link VectorFunction}, is extra here
   * and below. Arithmetic sets MXCSR's flags and raises #XM or #UD.
   */
  VECTOR(NONE, STAYS),
  /** xmm dst = function(xmm dst, r[a], imm), {@code bits} of a. */
  XFROM(NONE, STAYS),
  /**
   * dst = function(xmm b, imm), {@code bits} wide: a {@link VectorFunction.Half}, or a {@link
   * VectorFunction.FloatHalf}.
   */
  XTO(NONE, STAYS),
  /**
   * ZF, PF, CF = comparison of the low floats of xmm a and b; {@code bits} 32 or 64, {@code sub} 1
   * when signalling.
   */
  FCOMPARE(WRITES, STAYS),

  // x87 and MMX; the function, an X87Function, is extra
  /** #UD, #NM, #MF: {@code sub} is an ordinal of {@link X87Check}. */
  X87_CHECK(NONE, LEAVES),
  /**
   * dst = function(ST(sub), r[a], r[b]), and what it does to the FPU's state. imm is the
   * instruction's offset, -1 if the FPU does not note it; mem its operand's address, null if there
   * is none.
   */
  X87(NONE, STAYS),
  /** dst, dst2 = what ST(0) becomes in memory, low 64 bits and the rest; nothing else changes. */
  X87_MAKE(NONE, STAYS),
  /**
   * mem ({@code bits} 16 to 80) = r[b], r[c] of X87_MAKE; flags, and {@code sub} pops; imm as for
   * X87. No store where an unmasked exception forbids it.
   */
  X87_STORE(NONE, LEAVES),
  /** As X87; the arithmetic flags are the function's result. */
  X87_FLAGS(WRITES, STAYS),
  /** dst = MMX register {@code sub}. */
  MMX_GET(NONE, STAYS),
  /** MMX register {@code sub} = r[b], or -1 for none; all registers are valid, TOP is 0. */
  MMX_PUT(NONE, STAYS),
  /** dst = function(r[a], r[b], imm), a {@link VectorFunction.Half}. */
  MMX(NONE, STAYS),

  // Strings: mem.segmentSlot is the source's segment; sub = StringKind; imm bit 0 REP, bit 1 REPNE
  STRING(READS_WRITES, LEAVES),

  // Ends of a block; imm is a target offset
  STRING_REPEATED(READS_WRITES, ENDS),
  /** To imm; {@code sub} 1 when it is a call, whose return address is the next offset. */
  JMP(NONE, ENDS),
  /** To imm if cond(sub), else on. */
  JCC(READS, ENDS),
  /** To imm if a (low {@code bits}) is zero, else on. */
  JZERO(NONE, ENDS),
  /** To imm if a is not zero and cond(sub) (or sub is -1). */
  JLOOP(READS, ENDS),
  /** To a; {@code sub} 1 when it is a call, 2 when it is a return. */
  JMP_SLOT(NONE, ENDS),
  /** {@link io.tlbscope.core.system.Helper} of the instruction. */
  HELPER(READS_WRITES, ENDS),
  /** Guest exception imm; sub 1: with error code 0. */
  RAISE(NONE, ENDS),
  /** The named emulator error. */
  UNIMPLEMENTED(NONE, ENDS),
  /** The block goes on at imm. */
  FALL(NONE, ENDS);

  /** What becomes of the arithmetic flags. */
  public enum FlagUse {
    NONE,
    READS,
    /** All six are set (or left undefined). */
    WRITES,
    /** Some are set, or all only if a count is not 0: the old ones still matter. */
    WRITES_SOME,
    READS_WRITES
  }

  /** Where control can go. */
  public enum Flow {
    STAYS,
    /** May fault, or set leaveBlock. */
    LEAVES,
    ENDS
  }

  private final FlagUse flagUse;
  private final Flow flow;

  Op(FlagUse flagUse, Flow flow) {
    this.flagUse = flagUse;
    this.flow = flow;
  }

  public FlagUse flagUse() {
    return flagUse;
  }

  public Flow flow() {
    return flow;
  }
}
