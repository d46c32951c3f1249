package io.tlbscope.core.translate;

/**
 * A way out of a region, always at an instruction's start.
 *
 * @param rip offset of the next instruction; of the block that ends so when {@code indirect}
 * @param uncharged instructions retired since the head that the budget was not charged with
 * @param why what made the region end here
 */
record RegionExit(long rip, int uncharged, Why why) {
  /** Reasons, for statistics; the order is that of the report. */
  enum Why {
    /** On to code that is not in the region. */
    SUCCESSOR("to code outside the region"),
    /** To the address in the target slot. */
    INDIRECT("to an indirect target not foreseen"),
    /** The budget of the slice. */
    BUDGET("end of the slice near"),
    /** A code page of the region has to be asked for again. */
    PAGE("code page not known to be in place"),
    /** The look-aside does not have the page, or the access crosses pages. */
    MEMORY("memory access off the fast path"),
    /** An instruction that only the interpreter does, or one about to fault. */
    INSTRUCTION("instruction left to the interpreter");

    final String text;

    Why(String text) {
      this.text = text;
    }
  }

  /** The interpreter must do the next instruction. */
  boolean stuck() {
    return why == Why.MEMORY || why == Why.INSTRUCTION;
  }

  boolean indirect() {
    return why == Why.INDIRECT;
  }
}
