package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;

/** Guarded instructions of 32-bit and 16-bit code: BOUND, INTO, AAM, segment limits, BCD. */
final class LegacyItems {
  private final Writer w;

  LegacyItems(Writer writer) {
    this.w = writer;
  }

  void write() {
    Guard.around(
        w,
        () -> {
          switch (w.below(5)) {
            case 0 -> memory("62", w.lowRegister(), w.below((int) Layout.SCRATCH_SIZE - 16));
            case 1 -> w.add("CE");
            case 2 -> w.code.i8(0xD4).i8(w.oneIn(3) ? 0 : 10);
            case 3 ->
                memory(
                    w.oneIn(2) ? "8B" : "01",
                    w.lowRegister(),
                    (int) Layout.SCRATCH_SIZE - 1 - w.below(6));
            default -> w.add("0F0B");
          }
          w.counted(1);
        });
  }

  /** {@code opcode} on the limited segment. */
  private void memory(String opcode, int reg, int offset) {
    w.code.i8(MemoryOperands.ES_PREFIX).hex(opcode);
    if (w.mode == CodeMode.BITS16) {
      w.code.i8(reg << 3 | 6).integer(offset, 2);
    } else {
      w.code.i8(reg << 3 | 5).i32(offset);
    }
  }
}
