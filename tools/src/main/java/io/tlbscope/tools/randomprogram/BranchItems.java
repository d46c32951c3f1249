package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.tools.randomprogram.Program.Function;
import java.util.ArrayList;
import java.util.List;

/** Forward branches, jump tables, counted loops in RCX, and calls. */
final class BranchItems {
  /** Functions that take more instructions are not called from here. */
  private static final double MOST_COST = 400;

  private static final int CONDITIONS = 16, CASES = 4;

  private final Program program;
  private final Writer w;

  BranchItems(Program program, Writer writer) {
    this.program = program;
    this.w = writer;
  }

  /** {@code body}, or round it: on a condition, or on RCX being zero. */
  void forward(Runnable body) {
    Code.Label over = new Code.Label();
    if (w.oneIn(8)) {
      // JRCXZ round the jump that goes into the body
      Code.Label skip = new Code.Label();
      w.code.near("E3", skip);
      Code.Label into = new Code.Label();
      jump("E9", into);
      w.code.bind(skip);
      jump("E9", over);
      w.code.bind(into);
      w.counted(1);
    } else {
      int condition = w.below(CONDITIONS);
      jump("0F%02X".formatted(0x80 | condition), over);
    }
    w.times(0.5, body);
    w.code.bind(over);
  }

  private void jump(String opcode, Code.Label label) {
    if (w.mode == CodeMode.BITS16) {
      // With an operand-size prefix the distance has 32 bits and RIP is not cut to 16, as it need
      // not be here.
      w.code.i8(0x66).relative(opcode, label);
    } else {
      w.code.relative(opcode, label);
    }
    w.counted(1);
  }

  /** One of {@link #CASES} bodies through a table of addresses. */
  void table(Runnable body) {
    int register = w.register();
    Code.Label table = new Code.Label();
    // AND register, CASES - 1
    w.code.i8(register >= 8 ? 0x49 : 0x48).i8(0x83).i8(0xE0 | register & 7).i8(CASES - 1);
    if (w.oneIn(2)) {
      // JMP [table + register * 8]
      w.code.hex(register >= 8 ? "42FF" : "FF").i8(0x24).i8(0xC5 | (register & 7) << 3);
      w.code.address(table, 0, 4);
    } else {
      // MOV register, [table + register * 8]; JMP register
      w.code.i8(register >= 8 ? 0x4E : 0x48).i8(0x8B).i8(4 | (register & 7) << 3);
      w.code.i8(0xC5 | (register & 7) << 3).address(table, 0, 4);
      w.code.hex(register >= 8 ? "41FF" : "FF").i8(0xE0 | register & 7);
      w.counted(1);
    }
    w.counted(2);
    List<Code.Label> cases = new ArrayList<>();
    Code.Label end = new Code.Label();
    for (int n = 0; n < CASES; n++) {
      cases.add(new Code.Label());
      w.code.bind(cases.get(n));
      w.times(1.0 / CASES, body);
      w.code.relative("E9", end);
    }
    w.code.mode(null).bind(table);
    cases.forEach(label -> w.code.address(label, 0, 8));
    w.code.mode(w.mode).bind(end);
  }

  /** LOOP, LOOPE or LOOPNE round {@code body}. */
  void countDown(Runnable body) {
    if (w.isKept(Writer.RCX)) {
      body.run();
      return;
    }
    int turns = 2 + w.below(7);
    w.move32(Writer.RCX, turns);
    Code.Label again = new Code.Label();
    Code.Label near = new Code.Label();
    Code.Label end = new Code.Label();
    w.code.bind(again);
    w.keeping(Writer.RCX, () -> w.times(turns, body));
    w.code.near("%02X".formatted(0xE0 + w.below(3)), near);
    w.code.relative("E9", end);
    w.code.bind(near).relative("E9", again);
    w.code.bind(end);
    w.counted(2.0 * turns);
  }

  /** A function, by its name, through a register, or through memory. */
  void call() {
    if (w.oneIn(4)) {
      // Into the page of code that is now this one, now another
      long va = Layout.CODE_WINDOW + CodeWindow.entry(w.below(CodeWindow.ENTRIES));
      w.code.relative("E8", Code.Label.at(va));
      w.counted(1 + CodeWindow.COST);
      return;
    }
    Function function = program.functions.get(w.below(program.functions.size()));
    if (function.cost() > MOST_COST) {
      return;
    }
    switch (w.below(4)) {
      case 0 -> {
        int register = w.register();
        w.lea(register, function.entry());
        w.code.hex(register >= 8 ? "41FF" : "FF").i8(0xD0 | register & 7);
      }
      case 1 -> {
        // PUSH imm32 of the address; CALL [RSP]; LEA RSP, [RSP+8]
        w.code.hex("68").address(function.entry(), 0, 4);
        w.code.hex("FF1424 488D642408");
        w.counted(2);
      }
      default -> w.code.relative("E8", function.entry());
    }
    w.counted(function.cost() + 1);
  }
}
