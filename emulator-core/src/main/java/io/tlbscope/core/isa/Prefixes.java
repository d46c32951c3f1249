package io.tlbscope.core.isa;

/** Legacy and REX prefixes of one instruction (Intel SDM vol. 2A, 2.1.1 and 2.2.1). */
final class Prefixes {
  /** REX bits. */
  static final int REX_B = 1, REX_X = 2, REX_R = 4, REX_W = 8;

  private final boolean bits64;

  /** REX byte, or 0. A REX prefix that another prefix follows does not count. */
  int rex;

  /** Last of F2 and F3, or 0. */
  int repeat;

  boolean lock;
  boolean operandSize;
  boolean addressSize;

  /** Segment override in force, or -1. */
  int segment = -1;

  Prefixes(boolean bits64) {
    this.bits64 = bits64;
  }

  /** Takes prefixes and returns the first byte that is none. */
  int take(ByteCursor cursor) {
    while (true) {
      int octet = cursor.next();
      if (bits64 && (octet & 0xF0) == 0x40) {
        rex = octet;
        continue;
      }
      switch (octet) {
        case 0x26, 0x2E, 0x36, 0x3E -> {
          // Ignored in 64-bit mode (SDM vol. 1, 3.3.4): an earlier FS or GS stays in force.
          if (!bits64) {
            segment = octet >> 3 & 3;
          }
        }
        case 0x64, 0x65 -> segment = octet & 7;
        case 0x66 -> operandSize = true;
        case 0x67 -> addressSize = true;
        case 0xF0 -> lock = true;
        case 0xF2, 0xF3 -> repeat = octet;
        default -> {
          return octet;
        }
      }
      rex = 0;
    }
  }

  boolean has(int rexBit) {
    return (rex & rexBit) != 0;
  }

  boolean any() {
    return rex != 0 || repeat != 0 || lock || operandSize;
  }

  /** The mandatory-prefix constraint of a row holds. */
  boolean match(int constraint) {
    return switch (constraint) {
      case OpcodeRow.PREFIX_NONE -> repeat == 0 && !operandSize;
      case OpcodeRow.PREFIX_66 -> repeat == 0 && operandSize;
      case OpcodeRow.PREFIX_F3 -> repeat == 0xF3;
      case OpcodeRow.PREFIX_F2 -> repeat == 0xF2;
      case OpcodeRow.PREFIX_NO_REPEAT -> repeat == 0;
      default -> true;
    };
  }

  int addressBits(CodeMode mode) {
    return switch (mode) {
      case BITS16 -> addressSize ? 32 : 16;
      case BITS32 -> addressSize ? 16 : 32;
      case BITS64 -> addressSize ? 32 : 64;
    };
  }

  int operandBits(CodeMode mode, boolean default64, boolean forced64) {
    return switch (mode) {
      case BITS16 -> operandSize ? 32 : 16;
      case BITS32 -> operandSize ? 16 : 32;
      case BITS64 -> forced64 || has(REX_W) ? 64 : operandSize ? 16 : default64 ? 64 : 32;
    };
  }
}
