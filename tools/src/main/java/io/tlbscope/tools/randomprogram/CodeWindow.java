package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;
import java.util.Random;

/**
 * A page of short functions at fixed places: two of them take turns behind the same virtual
 * address.
 */
final class CodeWindow {
  static final int ENTRIES = 4;

  /** Instructions of a function, more or less. */
  static final int COST = 10;

  private static final int SIZE = 1024, LONGEST = SIZE - 64;

  private CodeWindow() {}

  /** Offset of a function in the page. */
  static int entry(int n) {
    return n * SIZE;
  }

  /** The code of one page. */
  static Code page(Random random) {
    Code page = new Code(Layout.CODE_WINDOW);
    page.mode(CodeMode.BITS64);
    for (int n = 0; n < ENTRIES; n++) {
      Writer writer = new Writer(page, random, CodeMode.BITS64, false);
      PlainInstructions plain = new PlainInstructions(writer);
      long from = page.va();
      while (writer.cost() < COST && page.va() - from < LONGEST) {
        plain.write(1);
      }
      page.i8(0xC3);
      page.align(SIZE);
    }
    return page;
  }
}
