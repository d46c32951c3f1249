package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;

/** Instructions that may fault: the handlers go on behind them. */
final class Guard {
  private Guard() {}

  /**
   * Writes {@code body} so that a fault in it goes on at its end. The stack pointer must be the
   * same there.
   */
  static void around(Writer w, Runnable body) {
    Code.Label end = new Code.Label();
    recover(w, end);
    body.run();
    w.code.bind(end);
    recover(w, null);
  }

  /** MOV of the place to go on, or 0, to {@link Layout#RECOVER}. */
  private static void recover(Writer w, Code.Label place) {
    switch (w.mode) {
      case BITS64 -> w.absolute("48C7", 0, Layout.RECOVER);
      case BITS32 -> w.code.hex("C705").i32(Layout.RECOVER);
      case BITS16 -> w.code.hex("6667C705").i32(Layout.RECOVER);
    }
    if (place == null) {
      w.code.i32(0);
    } else {
      w.code.address(place, w.mode == CodeMode.BITS16 ? Layout.CODE_16 : 0, 4);
    }
    w.counted(w.is64() ? 0 : 1);
  }
}
