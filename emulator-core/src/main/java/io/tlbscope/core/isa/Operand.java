package io.tlbscope.core.isa;

/** One operand of a decoded instruction. Widths are in bits. */
public sealed interface Operand {
  /**
   * Width of the datum: 8, 16, 32, 64, 80, 128 (or 0 for LEA-like operands, 48 and 80 for far
   * pointers).
   */
  int bits();

  /** A register; {@code number} 0..15, {@code highByte} for AH, CH, DH, BH (numbers 0..3). */
  record Register(RegisterFile file, int number, int bits, boolean highByte) implements Operand {}

  /**
   * A memory operand. {@code segment} 0..5 = ES CS SS DS FS GS (override or default); {@code base}
   * and {@code index} are general register numbers or -1; {@code scale} is the shift 0..3;
   * RIP-relative operands have base -1 and {@code ripRelative} (the displacement counts from the
   * next instruction).
   */
  record Memory(
      int segment, int base, int index, int scale, long displacement, boolean ripRelative, int bits)
      implements Operand {}

  /**
   * An immediate. Sign-extended to 64 bits from its encoded width for ALU, MOV and PUSH, whatever
   * {@code bits} (the width it is used in) says; zero-extended for ports, vectors, counts, frame
   * sizes and shuffle controls.
   */
  record Immediate(long value, int bits) implements Operand {}

  /** A branch displacement, from the next instruction. */
  record Relative(long displacement, int bits) implements Operand {}

  /** ptr16:16 and ptr16:32. */
  record FarPointer(int selector, long offset, int bits) implements Operand {}
}
