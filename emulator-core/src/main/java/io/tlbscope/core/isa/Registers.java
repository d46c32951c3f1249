package io.tlbscope.core.isa;

/** Shared register operands: decoding the same register twice gives the same object. */
final class Registers {
  private static final Operand.Register[][] FILES =
      new Operand.Register[RegisterFile.values().length * 32][];
  private static final Operand.Register[] HIGH_BYTES = new Operand.Register[4];

  static {
    for (RegisterFile file : RegisterFile.values()) {
      for (int bits : new int[] {8, 16, 32, 64, 80, 128}) {
        Operand.Register[] registers = new Operand.Register[16];
        for (int number = 0; number < 16; number++) {
          registers[number] = new Operand.Register(file, number, bits, false);
        }
        FILES[slot(file, bits)] = registers;
      }
    }
    for (int number = 0; number < 4; number++) {
      HIGH_BYTES[number] = new Operand.Register(RegisterFile.GENERAL, number, 8, true);
    }
  }

  private Registers() {}

  static Operand.Register of(RegisterFile file, int number, int bits) {
    return FILES[slot(file, bits)][number];
  }

  /** A general register; without REX, byte registers 4..7 are AH, CH, DH and BH. */
  static Operand.Register general(int number, int bits, boolean rex) {
    if (bits == 8 && !rex && number >= 4 && number < 8) {
      return HIGH_BYTES[number - 4];
    }
    return of(RegisterFile.GENERAL, number, bits);
  }

  private static int slot(RegisterFile file, int bits) {
    return file.ordinal() * 32 + bits / 8;
  }
}
