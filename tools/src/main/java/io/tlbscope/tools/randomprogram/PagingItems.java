package io.tlbscope.tools.randomprogram;

/** Page-table entries that change, with and without telling the TLB at once. */
final class PagingItems {
  private static final int RIGHTS = 7;

  private final Writer w;

  PagingItems(Writer writer) {
    this.w = writer;
  }

  void write() {
    switch (w.below(6)) {
      case 0, 1 -> mapData();
      case 2 -> unmapAbsent();
      case 3 -> mapCode();
      case 4 -> callWindow();
      default -> flushAll();
    }
  }

  private void mapData() {
    long va = Layout.DATA_WINDOW + w.below(Layout.WINDOW_PAGES) * Layout.PAGE;
    long frame =
        w.oneIn(3)
            ? Layout.SCRATCH + w.below(8) * Layout.PAGE
            : Layout.SPARE + w.below(Layout.SPARE_PAGES) * Layout.PAGE;
    w.store64(Layout.windowEntry(va), frame | RIGHTS);
    if (w.oneIn(3)) {
      // ADD [va], 1 by whichever translation is cached
      w.absolute("83", 0, va + 4L * w.below(1000));
      w.code.i8(1);
    }
    invalidate(va);
  }

  private void unmapAbsent() {
    long va = Layout.ABSENT_WINDOW + w.below(Layout.WINDOW_PAGES) * Layout.PAGE;
    w.store64(Layout.windowEntry(va), 0);
    invalidate(va);
  }

  /** The other page of code in the window, called after the invalidation or before it. */
  private void mapCode() {
    w.store64(
        Layout.windowEntry(Layout.CODE_WINDOW),
        (w.oneIn(2) ? Layout.CODE_A : Layout.CODE_B) | RIGHTS);
    if (w.oneIn(3)) {
      callWindow();
    }
    invalidate(Layout.CODE_WINDOW);
    callWindow();
  }

  private void callWindow() {
    int register = w.lowRegister();
    w.move32(register, Layout.CODE_WINDOW + CodeWindow.entry(w.below(CodeWindow.ENTRIES)));
    w.code.i8(0xFF).i8(0xD0 | register);
    w.counted(1 + CodeWindow.COST);
  }

  private void invalidate(long va) {
    if (w.oneIn(3)) {
      flushAll();
    } else {
      w.absolute("0F01", 7, va + w.below(4096));
    }
  }

  /** MOV CR3 with what it has, or CR4.PGE off and on again. */
  private void flushAll() {
    if (w.oneIn(2)) {
      w.add("0F20D8").add("0F22D8");
    } else {
      // MOV RAX, CR4; XOR AL, 80h; MOV CR4, RAX; XOR AL, 80h; MOV CR4, RAX
      w.add("0F20E0").add("3480").add("0F22E0").add("3480").add("0F22E0");
    }
  }
}
