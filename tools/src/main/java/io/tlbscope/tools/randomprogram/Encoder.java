package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.tools.randomprogram.Forms.Form;

/**
 * Writes one instruction: prefixes, REX, opcode, ModRM, SIB, displacement (SDM vol. 2A, 2.1 and
 * 2.2).
 */
final class Encoder {
  private static final int OPERAND_SIZE = 0x66, ADDRESS_SIZE = 0x67, LOCK = 0xF0;
  private static final int REX = 0x40, REX_W = 8, REX_R = 4, REX_X = 2, REX_B = 1;
  private static final int SIB = 4, NO_BASE = 5, DISP16 = 6, BX = 7;
  private static final int DISP8_MODE = 0x40, DISP32_MODE = 0x80, REGISTER_MODE = 0xC0;

  private final Code code;
  private final CodeMode mode;

  Encoder(Code code, CodeMode mode) {
    this.code = code;
    this.mode = mode;
  }

  /**
   * Everything but the immediate.
   *
   * @param reg of the ModRM byte, 0 where there is none
   * @param register rm where {@code memory} is null
   * @param lock whether a LOCK prefix is wanted
   * @param rex whether a REX prefix is wanted even if empty; 64-bit code alone
   * @param after bytes of the immediate
   */
  void write(
      Form form,
      int width,
      int reg,
      int register,
      Memory memory,
      boolean lock,
      boolean rex,
      int after) {
    if (lock) {
      code.i8(LOCK);
    }
    if (memory != null && memory.segment() != 0) {
      code.i8(memory.segment());
    }
    if (memory != null && memory.shortAddress()) {
      code.i8(ADDRESS_SIZE);
    }
    if (form.prefix() != OPERAND_SIZE && operandSizePrefix(form, width)) {
      code.i8(OPERAND_SIZE);
    }
    if (form.prefix() != 0) {
      code.i8(form.prefix());
    }
    int bits =
        (width == 64 ? REX_W : 0)
            | (reg >= 8 ? REX_R : 0)
            | (memory != null && memory.index() >= 8 ? REX_X : 0)
            | ((memory != null ? memory.base() : register) >= 8 ? REX_B : 0);
    if (bits != 0 || rex) {
      code.i8(REX | bits);
    }
    for (byte b : form.opcode()) {
      code.i8(b);
    }
    if (form.rm() == Forms.Kind.NONE) {
      return;
    }
    if (memory == null) {
      code.i8(REGISTER_MODE | (reg & 7) << 3 | register & 7);
    } else if (mode == CodeMode.BITS16) {
      memory16(reg & 7, memory);
    } else {
      memory((reg & 7) << 3, memory, after);
    }
  }

  private boolean operandSizePrefix(Form form, int width) {
    if (form.has("fixed") || width == 8 || width == 128) {
      return false;
    }
    return width == 16 ? mode != CodeMode.BITS16 : width == 32 && mode == CodeMode.BITS16;
  }

  private void memory(int reg, Memory m, int after) {
    if (m.ripRelative()) {
      code.i8(reg | NO_BASE);
      code.i32(m.displacement() - (code.va() + 4 + after));
      return;
    }
    boolean sib = m.index() >= 0 || m.base() < 0 || (m.base() & 7) == SIB;
    boolean byteWide = m.displacement() == (byte) m.displacement();
    int form = m.base() < 0 ? 0 : byteWide ? DISP8_MODE : DISP32_MODE;
    code.i8(form | reg | (sib ? SIB : m.base() & 7));
    if (sib) {
      int base = m.base() < 0 ? NO_BASE : m.base() & 7;
      code.i8(m.scale() << 6 | (m.index() < 0 ? SIB : m.index() & 7) << 3 | base);
    }
    code.integer(m.displacement(), m.base() >= 0 && byteWide ? 1 : 4);
  }

  private void memory16(int reg, Memory m) {
    code.i8((m.base() < 0 ? 0 : DISP32_MODE) | reg << 3 | (m.base() < 0 ? DISP16 : BX));
    code.integer(m.displacement(), 2);
  }
}
