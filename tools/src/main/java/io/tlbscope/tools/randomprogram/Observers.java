package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;

/**
 * Instructions that keep what a register or the flags are now: in an accumulator in memory, which
 * the checksum has. Without them most results are overwritten before anything looks at them.
 */
final class Observers {
  private static final int OPERAND_SIZE = 0x66, ADDRESS_SIZE = 0x67;
  private static final int CONDITIONS = 16;

  private final Writer w;

  Observers(Writer writer) {
    this.w = writer;
  }

  void write() {
    switch (w.below(4)) {
      case 0 -> wide("11", w.register());
      case 1 -> condition();
      case 2 -> wide("31", w.register());
      default -> {
        // PUSHF; POP register; XOR [accumulator], register
        int register = w.lowRegister();
        w.code.i8(0x9C).i8(0x58 | register);
        w.counted(2);
        wide("31", register);
      }
    }
    // ROL [accumulator], 5: what was kept before stays apart from what comes next.
    wide("C1", 0);
    w.code.i8(5);
  }

  /** Jcc over ADD [accumulator], n. */
  private void condition() {
    Code.Label over = new Code.Label();
    w.code.near("%02X".formatted(0x70 | w.below(CONDITIONS)), over);
    wide("83", 0);
    w.code.i8(1 + w.below(100)).bind(over);
    w.counted(1);
  }

  /** {@code opcode} on the accumulator: 64 bits of it in 64-bit code, else 32. */
  private void wide(String opcode, int register) {
    if (w.is64()) {
      w.absolute((register >= 8 ? "4C" : "48") + opcode, register & 7, Layout.ACCUMULATOR);
      return;
    }
    if (w.mode == CodeMode.BITS16) {
      w.code.i8(ADDRESS_SIZE).i8(OPERAND_SIZE);
    }
    w.code.hex(opcode).i8(register << 3 | 5).i32(Layout.ACCUMULATOR);
    w.counted(1);
  }
}
