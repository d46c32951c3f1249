package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;

/**
 * Excursions from 64-bit code to 32-bit and 16-bit code segments of compatibility mode, and back.
 */
final class ModeItems {
  private final Program program;
  private final Writer w;

  ModeItems(Program program, Writer writer) {
    this.program = program;
    this.w = writer;
  }

  void write() {
    if (w.oneIn(3) && program.hasRoom16()) {
      sixteen();
    } else {
      thirtyTwo();
    }
  }

  private void thirtyTwo() {
    Code.Label entry = new Code.Label();
    Code.Label back = new Code.Label();
    farReturn(Layout.CODE_32_SELECTOR, entry, 0);
    w.code.mode(CodeMode.BITS32).bind(entry);
    Writer legacy = w.in(CodeMode.BITS32, false);
    limitExtra(legacy, Layout.LIMITED_SELECTOR);
    new Body(program, legacy).write(4);
    limitExtra(legacy, Layout.USER_DATA_SELECTOR);
    // JMP FAR 64-bit code
    w.code.i8(0xEA).address(back, 0, 4).integer(Layout.CODE_64_SELECTOR, 2);
    w.code.mode(CodeMode.BITS64).bind(back);
    w.counted(legacy.cost() + 1);
  }

  private void sixteen() {
    Code.Label entry = new Code.Label();
    Code.Label back = new Code.Label();
    farReturn(Layout.CODE_16_SELECTOR, entry, Layout.CODE_16);
    w.code.bind(back);
    Code code = program.code16;
    code.mode(CodeMode.BITS16).bind(entry);
    Writer legacy = new Writer(code, w.random, CodeMode.BITS16, false);
    if (w.isKept(Writer.RCX)) {
      legacy.keeping(Writer.RCX, () -> body16(legacy));
    } else {
      body16(legacy);
    }
    code.hex("66EA").address(back, 0, 4).integer(Layout.CODE_64_SELECTOR, 2);
    w.counted(legacy.cost() + 1);
  }

  private void body16(Writer legacy) {
    limitExtra(legacy, Layout.LIMITED_SELECTOR);
    new Body(program, legacy).write(3);
    limitExtra(legacy, Layout.USER_DATA_SELECTOR);
  }

  /** PUSH selector; PUSH offset; RETFQ. */
  private void farReturn(int selector, Code.Label entry, long base) {
    w.code.i8(0x6A).i8(selector).i8(0x68).address(entry, base, 4).hex("48CB");
    w.counted(3);
  }

  /** PUSH selector; POP ES. */
  private static void limitExtra(Writer legacy, int selector) {
    legacy.code.i8(0x6A).i8(selector).i8(0x07);
    legacy.counted(2);
  }
}
