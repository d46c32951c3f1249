package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;

/**
 * Straight pieces, branches and calls, chosen by weight: the bodies of loops, functions and
 * excursions to other modes.
 */
final class Body {
  private static final int DEEPEST = 3, PIECES = 24;

  private final Program program;
  private final Writer w;
  private final PlainInstructions plain;
  private final SmallItems small;
  private final BranchItems branches;
  private final SelfModification modification;
  private final RareItems rare;

  Body(Program program, Writer writer) {
    this.program = program;
    this.w = writer;
    this.plain = new PlainInstructions(writer);
    this.small = new SmallItems(writer);
    this.branches = new BranchItems(program, writer);
    this.modification = new SelfModification(program, writer);
    this.rare = new RareItems(program, writer);
  }

  /** Some pieces, {@code most} at most. */
  void write(int most) {
    write(most, 0);
  }

  private void write(int most, int depth) {
    for (int n = 1 + w.below(most); n > 0; n--) {
      piece(depth);
    }
  }

  private void piece(int depth) {
    int choice = w.below(PIECES);
    if (choice < 11 || depth >= DEEPEST) {
      plain.write(1 + w.below(6));
    } else if (choice < 14) {
      branches.forward(() -> write(2, depth + 1));
    } else if (choice == 14) {
      small.write();
    } else if (w.mode != CodeMode.BITS64 || w.user) {
      rare.write();
    } else if (choice == 15) {
      branches.table(() -> write(1, depth + 1));
    } else if (choice == 16) {
      branches.countDown(() -> plain.write(1 + w.below(5)));
    } else if (choice == 17) {
      modification.target();
    } else if (choice < 21 && !program.functions.isEmpty()) {
      branches.call();
    } else {
      seldom();
    }
  }

  /** Once in 8 to 64 of the inner loop's turns. */
  private void seldom() {
    int turns = 1 << 3 + w.below(4);
    Code.Label skip = new Code.Label();
    // TEST R15D, turns - 1; JNZ skip
    w.code.hex("41F7C7").i32(turns - 1).relative("0F85", skip);
    w.counted(2);
    w.times(1.0 / turns, rare::write);
    w.code.bind(skip);
  }
}
