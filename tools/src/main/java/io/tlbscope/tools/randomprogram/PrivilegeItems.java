package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;

/** INT n, IRET, user code and its system calls, single steps; from 64-bit code at CPL 0. */
final class PrivilegeItems {
  private static final int MOST_CALLS = 4, MOST_STEPS = 12, HANDLER = 20;

  private final Program program;
  private final Writer w;

  PrivilegeItems(Program program, Writer writer) {
    this.program = program;
    this.w = writer;
  }

  void write() {
    switch (w.below(5)) {
      case 0, 1 -> softwareInterrupt(w);
      case 2 -> singleSteps();
      case 3 -> returnToHere();
      default -> userCode();
    }
  }

  private static void softwareInterrupt(Writer w) {
    if (w.oneIn(5)) {
      w.add("CC");
    } else {
      w.code.i8(0xCD).i8(Layout.SOFTWARE_VECTOR + w.below(Layout.SOFTWARE_VECTORS));
    }
    w.counted(4);
  }

  /** Sets TF; the handler of #DB clears it when STEPS have been made. */
  private void singleSteps() {
    int steps = 1 + w.below(MOST_STEPS);
    w.store32(Layout.STEPS, steps);
    // PUSHFQ; OR dword [RSP], TF; POPFQ
    w.add("9C").add("810C2400010000").add("9D");
    new PlainInstructions(w).write(2 + w.below(steps));
    w.counted(steps * HANDLER);
  }

  /** A frame that goes on behind the IRETQ; also in place of a far return. */
  private void returnToHere() {
    Code.Label here = new Code.Label();
    if (w.oneIn(2)) {
      // PUSH CS; PUSH here; RETFQ
      w.code.i8(0x6A).i8(Layout.CODE_64_SELECTOR).i8(0x68).address(here, 0, 4).hex("48CB");
      w.counted(3);
    } else {
      // MOV RAX, RSP; PUSH SS; PUSH RAX; PUSHFQ; PUSH CS; PUSH here; IRETQ
      w.code.hex("4889E0 6A").i8(Layout.DATA_SELECTOR).hex("50 9C 6A").i8(Layout.CODE_64_SELECTOR);
      w.code.i8(0x68).address(here, 0, 4).hex("48CF");
      w.counted(7);
    }
    w.code.bind(here);
  }

  private void userCode() {
    Code.Label entry = new Code.Label();
    Code.Label back = new Code.Label();
    int calls = 1 + w.below(MOST_CALLS);
    w.store32(Layout.SYSCALLS, calls);
    w.save64(Layout.KERNEL_RSP, Writer.RSP);
    // MOV qword [KERNEL_RIP], back
    w.absolute("48C7", 0, Layout.KERNEL_RIP);
    w.code.address(back, 0, 4);
    // PUSH SS; PUSH RSP; PUSH flags; PUSH CS; PUSH RIP; IRETQ
    w.code.i8(0x6A).i8(Layout.USER_DATA_SELECTOR).i8(0x68).i32(Layout.USER_STACK).hex("6A02");
    w.code.i8(0x6A).i8(Layout.USER_CODE_SELECTOR).i8(0x68).address(entry, 0, 4).hex("48CF");
    w.counted(6);
    w.code.bind(entry);
    Writer user = w.in(CodeMode.BITS64, true);
    Body body = new Body(program, user);
    body.write(3);
    softwareInterrupt(user);
    // SYSCALL; JMP entry
    user.add("0F05");
    w.code.relative("E9", entry);
    w.code.bind(back);
    w.counted((user.cost() + 3) * calls);
  }
}
