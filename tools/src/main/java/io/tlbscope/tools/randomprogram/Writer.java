package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Where a program is being written: the code, the mode it runs in, which registers must be left
 * alone, and how many instructions it will have retired.
 */
final class Writer {
  static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;

  /** Holds {@link Layout#SCRATCH_MIDDLE}. */
  static final int BASE = 13;

  /** Loop counters. */
  static final int INNER = 15, MIDDLE = 14;

  private static final int LEGACY_REGISTERS = 8, LONG_REGISTERS = 13;

  final Code code;
  final Random random;
  final CodeMode mode;

  /** Whether the code runs at CPL 3. */
  final boolean user;

  private final Set<Integer> kept = new HashSet<>();
  private double cost;

  Writer(Code code, Random random, CodeMode mode, boolean user) {
    this.code = code;
    this.random = random;
    this.mode = mode;
    this.user = user;
    kept.add(RSP);
  }

  /** The same place, executed in another mode; its cost is this one's only when it is added. */
  Writer in(CodeMode other, boolean atUser) {
    Writer writer = new Writer(code, random, other, atUser);
    writer.kept.addAll(kept);
    return writer;
  }

  boolean is64() {
    return mode == CodeMode.BITS64;
  }

  // ---- chance

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** Small, at a corner, or anything. */
  long value() {
    return switch (below(4)) {
      case 0 -> below(4) - 1;
      case 1 -> 1L << below(64);
      case 2 -> (1L << below(64)) - 1 ^ (oneIn(2) ? -1 : 0);
      default -> random.nextLong();
    };
  }

  // ---- registers

  /** Runs {@code body} with {@code register} left alone. */
  void keeping(int register, Runnable body) {
    boolean added = kept.add(register);
    body.run();
    if (added) {
      kept.remove(register);
    }
  }

  boolean isKept(int register) {
    return kept.contains(register);
  }

  /** A general register that may be written. */
  int register() {
    return register(is64() ? LONG_REGISTERS : LEGACY_REGISTERS);
  }

  /** One that needs no REX prefix. */
  int lowRegister() {
    return register(LEGACY_REGISTERS);
  }

  private int register(int bound) {
    int chosen = below(bound);
    while (kept.contains(chosen)) {
      chosen = below(bound);
    }
    return chosen;
  }

  /** An XMM register. */
  int vector() {
    return below(is64() ? 16 : 8);
  }

  // ---- instructions

  /** One instruction of these bytes. */
  Writer add(String hex) {
    code.hex(hex);
    return counted(1);
  }

  /** Instructions that were written without {@link #add}. */
  Writer counted(double instructions) {
    cost += instructions;
    return this;
  }

  /** Instructions that one pass through what was written retires, more or less. */
  double cost() {
    return cost;
  }

  /** Writes {@code body}, whose cost counts {@code times} as often. */
  void times(double times, Runnable body) {
    double before = cost;
    body.run();
    cost = before + (cost - before) * times;
  }

  /** MOV to the 32-bit {@code register}: its upper half is cleared in 64-bit code. */
  void move32(int register, long value) {
    if (mode == CodeMode.BITS16) {
      code.i8(0x66);
    }
    if (register >= LEGACY_REGISTERS) {
      code.i8(0x41);
    }
    code.i8(0xB8 | register & 7).i32(value);
    counted(1);
  }

  /** MOV to the 64-bit {@code register}. */
  void move64(int register, long value) {
    code.i8(0x48 | register >> 3).i8(0xB8 | register & 7).integer(value, 8);
    counted(1);
  }

  /** LEA of a label to the 64-bit {@code register}. */
  void lea(int register, Code.Label label) {
    code.i8(0x48 | register >> 3 << 2)
        .i8(0x8D)
        .relative("%02X".formatted((register & 7) << 3 | 5), label);
    counted(1);
  }

  /**
   * {@code opcode} (its ModRM byte names no register) on an absolute address; 64-bit code alone.
   */
  void absolute(String opcode, int digit, long va) {
    code.hex(opcode).i8(digit << 3 | 4).i8(0x25).i32(va);
    counted(1);
  }

  /** MOV of a 32-bit constant, sign-extended to 64 bits, to memory. */
  void store64(long va, long value) {
    absolute("48C7", 0, va);
    code.i32(value);
  }

  void store32(long va, long value) {
    absolute("C7", 0, va);
    code.i32(value);
  }

  /** MOV of a 64-bit register to memory. */
  void save64(long va, int register) {
    absolute(register < LEGACY_REGISTERS ? "4889" : "4C89", register & 7, va);
  }

  /** MOV of memory to a 64-bit register. */
  void load64(int register, long va) {
    absolute(register < LEGACY_REGISTERS ? "488B" : "4C8B", register & 7, va);
  }
}
