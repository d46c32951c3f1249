package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.tools.randomprogram.Program.Function;

/**
 * A program from top to bottom: handlers, functions (each calls only earlier ones, so that calls
 * end), start, loop nests, end. Loops count in registers and variables that nothing else writes, so
 * that they end.
 */
final class ProgramWriter {
  private static final int MOST_FUNCTIONS = 8, MOST_NESTS = 4;

  /** Instructions that a nest shall retire, more or less. */
  private static final int LEAST_BUDGET = 20_000, MOST_BUDGET = 300_000;

  private static final int LEAST_TURNS = 100, MOST_TURNS = 100_000;

  private final Program program;
  private final Writer w;
  private final SystemTables tables;
  private final Body body;
  private final Timer timer;

  ProgramWriter(Program program, SystemTables tables) {
    this.program = program;
    this.w = new Writer(program.main, program.random, CodeMode.BITS64, false);
    this.tables = tables;
    this.body = new Body(program, w);
    this.timer = new Timer(w);
  }

  void write() {
    Code.Label start = new Code.Label();
    Code.Label failed = new Code.Label();
    w.code.mode(CodeMode.BITS64).relative("E9", start);
    tables.writePageTables();
    tables.writeDescriptors();
    Handlers handlers = new Handlers(w, tables, failed);
    handlers.write();
    timer.writeHandler(tables);
    for (int n = 1 + w.below(MOST_FUNCTIONS); n > 0; n--) {
      function();
    }
    w.code.align(16).bind(start);
    StartAndEnd frame = new StartAndEnd(w);
    frame.start(handlers.systemCall);
    timer.start();
    for (int n = 1 + w.below(MOST_NESTS); n > 0 && program.hasRoom(); n--) {
      nest(n);
    }
    frame.end(failed);
  }

  /** A function, now and then with a loop of its own. */
  private void function() {
    w.code.align(1 << w.below(5));
    Code.Label entry = new Code.Label();
    w.code.bind(entry);
    double before = w.cost();
    if (w.oneIn(3)) {
      int turns = 2 + w.below(8);
      // PUSH R14; ...; POP R14
      w.add("4156");
      counted(Writer.MIDDLE, turns, () -> body.write(3));
      w.add("415E");
    } else {
      body.write(5);
    }
    w.add("C3");
    program.functions.add(new Function(entry, w.cost() - before));
  }

  /** {@code body}, {@code turns} times, counted in R14 or R15. */
  private void counted(int register, int turns, Runnable turn) {
    w.move32(register, turns);
    Code.Label again = new Code.Label();
    w.code.bind(again);
    w.times(
        turns,
        () -> {
          turn.run();
          // DEC register (32 bits); JNZ again
          w.code.hex("41FF").i8(0xC8 | register & 7).relative("0F85", again);
          w.counted(2);
        });
  }

  /**
   * An inner loop in R15, hot; round it, perhaps, one in R14 and one in memory. How often the inner
   * one turns is known when its body is written: its MOV is written with the cost of one turn in
   * mind.
   */
  private void nest(int number) {
    int budget = LEAST_BUDGET + w.below(MOST_BUDGET - LEAST_BUDGET);
    int outer = w.oneIn(2) ? 1 : 2 + w.below(6);
    int middle = w.oneIn(2) ? 1 : 2 + w.below(6);
    long counter = Layout.COUNTERS + 4L * number;
    w.store32(counter, outer);
    Code.Label again = new Code.Label();
    w.code.bind(again);
    timer.enable();
    body.write(2);
    Runnable hot = () -> inner(budget / outer / middle);
    if (middle > 1) {
      counted(Writer.MIDDLE, middle, hot);
    } else {
      hot.run();
    }
    // DEC dword [counter]; JNZ again
    w.absolute("FF", 1, counter);
    w.code.relative("0F85", again);
  }

  private void inner(int budget) {
    // JMP behind the loop for its count, which follows from the cost of the body.
    Code.Label set = new Code.Label();
    Code.Label again = new Code.Label();
    w.code.relative("E9", set).bind(again);
    double before = w.cost();
    body.write(6);
    Code.Label done = new Code.Label();
    w.code.hex("41FFCF").relative("0F85", again).relative("E9", done);
    w.counted(2);
    double turn = w.cost() - before;
    int turns = (int) Math.min(Math.max(budget / turn, LEAST_TURNS), MOST_TURNS);
    w.code.bind(set);
    w.move32(Writer.INNER, turns);
    w.code.relative("E9", again).bind(done);
  }
}
