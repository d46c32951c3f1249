package io.tlbscope.core.ir;

/** Lifts the instructions of one mnemonic. */
@FunctionalInterface
interface Family {
  /**
   * Appends the operations of {@code l.in}. Everything that can fault comes before the first
   * register or flag changes.
   */
  void lift(Lift l);
}
