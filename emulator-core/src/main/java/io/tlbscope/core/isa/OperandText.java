package io.tlbscope.core.isa;

/** Text of operands in Intel syntax. */
final class OperandText {
  private static final String[] LEGACY = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
  private static final String[] LOW_BYTES = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};
  private static final String[] HIGH_BYTES = {"ah", "ch", "dh", "bh"};
  private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};
  private static final int SS = 2, DS = 3;

  private final CodeMode mode;
  private final int addressBits;
  private final int operandBits;
  private final long nextRip;

  OperandText(CodeMode mode, int addressBits, int operandBits, long nextRip) {
    this.mode = mode;
    this.addressBits = addressBits;
    this.operandBits = operandBits;
    this.nextRip = nextRip;
  }

  String of(Operand operand) {
    return switch (operand) {
      case Operand.Register register -> register(register);
      case Operand.Memory memory -> size(memory.bits()) + memory(memory);
      case Operand.Immediate immediate -> hex(immediate.value() & mask(immediate.bits()));
      case Operand.Relative relative -> hex(nextRip + relative.displacement() & mask(branchBits()));
      case Operand.FarPointer pointer -> hex(pointer.selector()) + ":" + hex(pointer.offset());
    };
  }

  private int branchBits() {
    return mode == CodeMode.BITS64 ? 64 : operandBits;
  }

  private static String register(Operand.Register register) {
    int number = register.number();
    return switch (register.file()) {
      case GENERAL -> register.highByte() ? HIGH_BYTES[number] : general(number, register.bits());
      case SEGMENT -> SEGMENTS[number];
      case CONTROL -> "cr" + number;
      case DEBUG -> "dr" + number;
      case X87 -> "st(" + number + ")";
      case MMX -> "mm" + number;
      case XMM -> "xmm" + number;
    };
  }

  private static String general(int number, int bits) {
    if (number >= 8) {
      return "r" + number + (bits == 8 ? "b" : bits == 16 ? "w" : bits == 32 ? "d" : "");
    }
    return switch (bits) {
      case 8 -> LOW_BYTES[number];
      case 16 -> LEGACY[number];
      case 32 -> "e" + LEGACY[number];
      default -> "r" + LEGACY[number];
    };
  }

  private String memory(Operand.Memory memory) {
    StringBuilder text = new StringBuilder();
    boolean stack = memory.base() == 4 || memory.base() == 5;
    if (memory.segment() != (stack ? SS : DS)) {
      text.append(SEGMENTS[memory.segment()]).append(':');
    }
    text.append('[');
    if (memory.ripRelative()) {
      text.append(addressBits == 64 ? "rip" : "eip");
    } else if (memory.base() >= 0) {
      text.append(general(memory.base(), addressBits));
    }
    boolean registers = memory.ripRelative() || memory.base() >= 0;
    if (memory.index() >= 0) {
      text.append(registers ? "+" : "").append(general(memory.index(), addressBits));
      text.append(addressBits == 16 ? "" : "*" + (1 << memory.scale()));
      registers = true;
    }
    long displacement = memory.displacement();
    if (!registers) {
      text.append(hex(displacement & mask(addressBits)));
    } else if (displacement != 0) {
      text.append(displacement < 0 ? "-" : "+").append(hex(Math.abs(displacement)));
    }
    text.append(']');
    return text.toString();
  }

  /** Where a RIP-relative operand points, as a comment behind the instruction; else empty. */
  String comment(Operand operand) {
    return operand instanceof Operand.Memory memory && memory.ripRelative()
        ? " # " + hex(nextRip + memory.displacement() & mask(addressBits))
        : "";
  }

  private static String size(int bits) {
    return switch (bits) {
      case 8 -> "BYTE PTR ";
      case 16 -> "WORD PTR ";
      case 32 -> "DWORD PTR ";
      case 48 -> "FWORD PTR ";
      case 64 -> "QWORD PTR ";
      case 80 -> "TBYTE PTR ";
      case 128 -> "XMMWORD PTR ";
      default -> "";
    };
  }

  private static long mask(int bits) {
    return bits == 64 ? -1 : (1L << bits) - 1;
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
