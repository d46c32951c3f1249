package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;

/** Short sequences that forms.txt cannot say: strings, divisions, stack, flags; any mode. */
final class SmallItems {
  private static final int OPERAND_SIZE = 0x66, REP = 0xF3, REPNE = 0xF2, REX_W = 0x48;
  private static final int MOST_ELEMENTS = 12;

  private final Writer w;

  SmallItems(Writer writer) {
    this.w = writer;
  }

  void write() {
    if (w.mode == CodeMode.BITS16) {
      flags();
      return;
    }
    switch (w.below(8)) {
      case 0, 1, 2 -> string();
      case 3, 4 -> divide();
      case 5 -> stack();
      case 6 -> translate();
      default -> flags();
    }
  }

  /** A string instruction with or without REP, in either direction, at any alignment. */
  private void string() {
    if (w.isKept(Writer.RCX)) {
      return;
    }
    int opcode = new int[] {0xA4, 0xA6, 0xAA, 0xAC, 0xAE}[w.below(5)];
    int width = w.below(w.is64() ? 4 : 3);
    boolean repeated = !w.oneIn(3);
    boolean backwards = w.oneIn(3);
    pointer(Writer.RSI);
    pointer(Writer.RDI);
    w.move32(Writer.RCX, w.oneIn(6) ? 0 : w.below(MOST_ELEMENTS));
    w.add(backwards ? "FD" : "FC");
    if (repeated) {
      w.code.i8(w.oneIn(2) ? REP : REPNE);
    }
    if (width == 1) {
      w.code.i8(OPERAND_SIZE);
    } else if (width == 3) {
      w.code.i8(REX_W);
    }
    w.code.i8(opcode + (width > 0 ? 1 : 0));
    w.counted(repeated ? 2 : 1);
    if (!w.oneIn(4)) {
      w.add("FC");
    }
  }

  /** Somewhere in the scratch area, far from its ends. */
  private void pointer(int register) {
    int offset = 256 + w.below((int) Layout.SCRATCH_SIZE - 1024);
    if (w.oneIn(4)) {
      offset = (1 + w.below(4)) * (int) Layout.PAGE - w.below(MOST_ELEMENTS);
    }
    // In 32-bit code ES is the limited segment, which begins with the scratch area.
    boolean limited = !w.is64() && register == Writer.RDI;
    w.move32(register, limited ? offset : Layout.SCRATCH + offset);
  }

  /** DIV or IDIV: with a dividend that fits, or any, which faults now and then. */
  private void divide() {
    int width = w.below(w.is64() ? 4 : 3);
    boolean signed = w.oneIn(2);
    int[] divisor = new int[1];
    w.keeping(Writer.RAX, () -> w.keeping(Writer.RDX, () -> divisor[0] = w.lowRegister()));
    if (width == 0 && divisor[0] >= Writer.RSP) {
      divisor[0] = Writer.RBX;
    }
    if (!w.oneIn(6)) {
      // OR divisor, 1; then the dividend's upper half from its lower.
      w.code.hex(w.is64() ? "4883" : "83").i8(0xC8 | divisor[0]).i8(1);
      w.counted(1);
      extend(width, signed);
    }
    Guard.around(
        w,
        () -> {
          size(width);
          w.code.i8(width == 0 ? 0xF6 : 0xF7).i8((signed ? 0xF8 : 0xF0) | divisor[0]);
          w.counted(1);
        });
  }

  private void extend(int width, boolean signed) {
    if (width == 0) {
      // MOVZX or MOVSX EAX, AL: the quotient may still be too large for AL.
      w.add(signed ? "0FBEC0" : "0FB6C0");
    } else if (signed) {
      size(width);
      w.add("99");
    } else {
      w.add("31D2");
    }
  }

  private void size(int width) {
    if (width == 1) {
      w.code.i8(OPERAND_SIZE);
    } else if (width == 3) {
      w.code.i8(REX_W);
    }
  }

  /**
   * PUSH and POP of registers, memory and constants, ENTER and LEAVE; the stack pointer comes back.
   */
  private void stack() {
    switch (w.below(5)) {
      case 0 -> {
        w.code.i8(0x50 | w.lowRegister()).i8(0x58 | w.lowRegister());
        w.counted(2);
      }
      case 1 -> {
        w.code.i8(0x68).i32(w.value()).i8(0x58 | w.lowRegister());
        w.counted(2);
      }
      case 2 -> {
        // PUSH [scratch]; POP [scratch]
        long from = Layout.SCRATCH + w.below(2048);
        long to = Layout.SCRATCH + w.below(2048);
        absolute("FF", 6, from);
        absolute("8F", 0, to);
      }
      case 3 -> {
        // PUSH RBP; ENTER size, level; LEAVE; POP RBP
        int level = w.oneIn(3) ? 1 + w.below(2) : 0;
        if (level > 1) {
          w.add(w.is64() ? "4889E5" : "89E5");
        }
        w.code.hex("55 C8").integer(w.below(64), 2).i8(level).hex("C9 5D");
        w.counted(4);
      }
      default -> {
        // PUSH word; POP word
        w.code.hex("66").i8(0x50 | w.lowRegister()).hex("66").i8(0x58 | w.lowRegister());
        w.counted(2);
      }
    }
  }

  private void absolute(String opcode, int digit, long va) {
    if (w.is64()) {
      w.absolute(opcode, digit, va);
    } else {
      w.code.hex(opcode).i8(digit << 3 | 5).i32(va);
      w.counted(1);
    }
  }

  /** XLAT in the scratch area. */
  private void translate() {
    if (!w.isKept(Writer.RBX)) {
      w.move32(Writer.RBX, Layout.SCRATCH + w.below(4096));
      w.add("D7");
    }
  }

  /** PUSHF and POPF, LAHF and SAHF, carry and direction. */
  private void flags() {
    switch (w.below(5)) {
      case 0 -> {
        // PUSHF; POP register
        w.code.i8(0x9C).i8(0x58 | w.lowRegister());
        w.counted(2);
      }
      case 1 -> {
        // PUSH the arithmetic flags; POPF
        w.code.i8(0x68).integer(w.random.nextInt() & 0x8D5 | 2, w.mode == CodeMode.BITS16 ? 2 : 4);
        w.code.i8(0x9D);
        w.counted(2);
      }
      case 2 -> w.add("9F").add("F5").add("9E");
      case 3 -> w.add("FD").add("FC");
      default -> w.add(w.oneIn(2) ? "F8" : "F9").add("F5");
    }
  }
}
