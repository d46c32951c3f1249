package io.tlbscope.tools.randomprogram;

/** Page-table entries that change, with and without telling the TLB at once. */
final class PagingItems {
  private final Writer w;

  PagingItems(Writer writer) {
    this.w = writer;
  }

  void write() {
    switch (w.below(7)) {
      case 0, 1 -> mapData();
      case 2 -> unmapAbsent();
      case 3, 4 -> mapCode();
      case 5 -> callWindow();
      default -> flushAll();
    }
  }

  /** Each time another frame: the one beside it, or of the scratch area. */
  private void mapData() {
    long va = Layout.DATA_WINDOW + w.below(Layout.WINDOW_PAGES) * Layout.PAGE;
    toggle(va, w.oneIn(3) ? Layout.SCRATCH ^ Layout.SPARE : Layout.PAGE);
    if (w.oneIn(3)) {
      // ADD [va], 1 by whichever translation is cached
      w.absolute("83", 0, va + 4L * w.below(1000));
      w.code.i8(1);
    }
    invalidate(va);
  }

  /** XOR of a page-table entry. */
  private void toggle(long va, long bits) {
    w.absolute("81", 6, Layout.windowEntry(va));
    w.code.i32(bits);
  }

  private void unmapAbsent() {
    long va = Layout.ABSENT_WINDOW + w.below(Layout.WINDOW_PAGES) * Layout.PAGE;
    w.store64(Layout.windowEntry(va), 0);
    invalidate(va);
  }

  /** The other page of code in the window, called after the invalidation, perhaps before it too. */
  private void mapCode() {
    toggle(Layout.CODE_WINDOW, Layout.CODE_A ^ Layout.CODE_B);
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
