package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.tools.randomprogram.Forms.Form;
import io.tlbscope.tools.randomprogram.Forms.Kind;
import java.util.List;

/**
 * Instructions of forms.txt with random operands: none faults, and none but its operands changes.
 */
final class PlainInstructions {
  private static final int FIRST_HIGH_BYTE = 4, HIGH_BYTES = 4;

  /** One instruction in so many is followed by an {@link Observers observer}. */
  private static final int OBSERVED = 3;

  private final Writer w;
  private final Encoder encoder;
  private final MemoryOperands operands;
  private final Observers observers;
  private final List<Form> forms;

  PlainInstructions(Writer writer) {
    this.w = writer;
    this.encoder = new Encoder(writer.code, writer.mode);
    this.operands = new MemoryOperands(writer);
    this.observers = new Observers(writer);
    this.forms = Forms.in(writer.mode);
  }

  /** Whether an opcode names RCX itself, which loops may count in. */
  private boolean writesKept(Form form) {
    int opcode = form.opcode()[form.opcode().length - 1] & 0xFF;
    boolean names =
        form.rm() == Kind.NONE && !form.options().contains("fixed") && namesRegister(opcode);
    return names && w.isKept(opcode & 7);
  }

  private static boolean namesRegister(int opcode) {
    return opcode >= 0x40 && opcode < 0x60 || opcode >= 0x90 && opcode < 0x98 || opcode >= 0xB0;
  }

  void write(int count) {
    for (int n = 0; n < count; n++) {
      write();
      if (w.oneIn(OBSERVED)) {
        observers.write();
      }
    }
  }

  void write() {
    Form form = forms.get(w.below(forms.size()));
    while (writesKept(form)) {
      form = forms.get(w.below(forms.size()));
    }
    write(form, width(form));
  }

  private int width(Form form) {
    int width = form.widths().get(w.below(form.widths().size()));
    return width == 64 && !w.is64() ? 32 : width;
  }

  private void write(Form form, int width) {
    boolean lock = form.has("lock") && w.oneIn(5);
    boolean inMemory = form.memory() && (lock || !form.register() || w.oneIn(3));
    Memory memory = inMemory ? operands.choose(form.has("aligned")) : null;
    int[] chosen = new int[2];
    boolean[] rex = new boolean[1];
    Runnable choose =
        () -> {
          rex[0] = w.is64() && (w.oneIn(4) || usesHighRegisters(memory));
          chosen[0] = form.rm() == Kind.NONE ? 0 : reg(form, width, rex, memory != null);
          chosen[1] = memory == null ? rm(form, width, rex) : 0;
        };
    keepingParts(memory, form.has("bits") && memory != null, choose);
    rex[0] |= width == 64 || chosen[0] >= 8 || chosen[1] >= 8;
    if (form.has("bits") && memory != null) {
      boundBitNumber(chosen[0]);
    }
    int after = immediateBytes(form, width);
    encoder.write(form, width, chosen[0], chosen[1], memory, lock, rex[0] && w.is64(), after);
    w.code.integer(form.immediate() == 'c' ? w.below(8) : w.value(), after);
    w.counted(1);
  }

  private void keepingParts(Memory memory, boolean keep, Runnable body) {
    if (!keep) {
      body.run();
      return;
    }
    w.keeping(keepable(memory.index()), () -> w.keeping(keepable(memory.base()), body));
  }

  private static int keepable(int register) {
    return register < 0 ? Writer.RSP : register;
  }

  private static boolean usesHighRegisters(Memory memory) {
    return memory != null && (memory.base() >= 8 || memory.index() >= 8);
  }

  private int reg(Form form, int width, boolean[] rex, boolean inMemory) {
    return switch (form.reg()) {
      case DIGIT -> form.digit();
      case VECTOR -> w.vector();
      default ->
          general(width == 8 && !form.has("eight"), rex, inMemory || form.rm() != Kind.GENERAL);
    };
  }

  private int rm(Form form, int width, boolean[] rex) {
    return switch (form.rm()) {
      case NONE -> 0;
      case VECTOR -> w.vector();
      default -> general(width == 8 || form.has("eight"), rex, false);
    };
  }

  /**
   * A register; a byte register without REX may be AH, CH, DH, BH. Once a REX prefix is decided on,
   * {@code rex} keeps the second operand from being one of those.
   */
  private int general(boolean byteWide, boolean[] rex, boolean alone) {
    if (!byteWide) {
      int register = w.register();
      rex[0] |= register >= 8;
      return register;
    }
    if (!rex[0] && w.oneIn(3)) {
      int high = w.below(HIGH_BYTES);
      while (w.isKept(high)) {
        high = w.below(HIGH_BYTES);
      }
      return FIRST_HIGH_BYTE + high;
    }
    if (rex[0] && alone) {
      return w.register();
    }
    // Without REX 4..7 would be high bytes of registers that may be kept.
    int register = w.lowRegister();
    while (register >= FIRST_HIGH_BYTE) {
      register = w.lowRegister();
    }
    return register;
  }

  /** A bit number below 256: the bit string stays in the scratch area. */
  private void boundBitNumber(int register) {
    if (w.is64()) {
      // MOVZX register, its low byte
      w.code.i8(0x40 | (register >> 3) * 5).hex("0FB6").i8(0xC0 | (register & 7) * 9);
    } else {
      // AND register, 255
      if (w.mode == CodeMode.BITS16) {
        w.code.i8(0x66);
      }
      w.code.i8(0x81).i8(0xE0 | register).i32(255);
    }
    w.counted(1);
  }

  private static int immediateBytes(Form form, int width) {
    return switch (form.immediate()) {
      case 'b', 'c' -> 1;
      case 'z' -> Math.min(width, 32) / 8;
      case 'v' -> width / 8;
      default -> 0;
    };
  }
}
