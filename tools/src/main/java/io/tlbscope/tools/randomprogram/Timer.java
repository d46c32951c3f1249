package io.tlbscope.tools.randomprogram;

/**
 * Interrupts that come by themselves: PIC and PIT, set up in some programs. Guest time is retired
 * instructions, so they replay.
 */
final class Timer {
  static final int VECTOR = 0x38;

  private static final int MASTER = 0x20, SLAVE = 0xA0, CHANNEL_0 = 0x40, CONTROL = 0x43;

  /** One count is 838 instructions. */
  private static final int LEAST_COUNT = 3, MOST_COUNT = 60;

  private final Writer w;
  private final boolean used;

  Timer(Writer writer) {
    this.w = writer;
    this.used = writer.oneIn(2);
  }

  void writeHandler(SystemTables tables) {
    tables.writeGate(VECTOR, w.code.va(), false);
    // PUSH RAX; INC dword [count]; MOV AL, EOI; OUT 20h, AL; POP RAX; IRETQ
    w.code.hex("50");
    w.absolute("FF", 0, Layout.VECTORS + 4L * VECTOR);
    w.code.hex("B020 E620 58 48CF");
  }

  void start() {
    if (!used) {
      return;
    }
    // ICW1 to ICW4 of both, then the masks: only IRQ 0 is open.
    for (int pic : new int[] {MASTER, SLAVE}) {
      boolean master = pic == MASTER;
      out(pic, 0x11);
      out(pic + 1, master ? VECTOR : VECTOR + 8);
      out(pic + 1, master ? 4 : 2);
      out(pic + 1, 1);
      out(pic + 1, master ? 0xFE : 0xFF);
    }
    int count = LEAST_COUNT + w.below(MOST_COUNT - LEAST_COUNT);
    out(CONTROL, 0x34);
    out(CHANNEL_0, count);
    out(CHANNEL_0, 0);
  }

  private void out(int port, int value) {
    w.code.i8(0xB0).i8(value).i8(0xE6).i8(port);
    w.counted(2);
  }

  /** STI, which what comes between may have undone; now and then HLT until the next interrupt. */
  void enable() {
    if (used) {
      w.add("FB");
      if (w.oneIn(3)) {
        w.add("F4");
      }
    }
  }
}
