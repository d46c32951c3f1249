package io.tlbscope.tools.randomprogram;

/** Guarded instructions of 64-bit code that fault, always or at times. */
final class FaultItems {
  /** Not mapped by any table. */
  private static final long NOWHERE = 0x30_0000;

  private static final long NOT_CANONICAL = 0x0123_4567_89AB_0000L;

  /** Instructions of the handler. */
  private static final int HANDLER = 20;

  private static final String[] ACCESSES = {
    "8A04",
    "8B04",
    "488B04",
    "8804",
    "8904",
    "488904",
    "0104",
    "F00104",
    "480FBE04",
    "8704",
    "F00FB104",
    "0F1004",
    "0F1104",
    "FF04",
    "8004",
    "D104",
    "FF34",
    "0FC704"
  };
  private static final String[] UNDEFINED = {"0F0B", "0FFFC0", "0FB9C0", "06", "0F0B"};
  private static final String[] PRIVILEGED = {
    "F4", "FA", "0F20C0", "0F30", "0F06", "E4F5", "E6F5", "0F01F8", "0F08"
  };

  /** WRMSR of an MSR that is not there, MOV DS of a selector that is not there. */
  private static final String[] PRIVILEGED_AT_CPL_0 = {"0F30", "8ED9"};

  /** FLD1, FLDZ, FSQRT, FPREM, FRNDINT, FADDP, FDIVP, FCOMI, FSCALE, FXTRACT, an MMX move. */
  private static final String[] X87 = {
    "D9E8", "D9EE", "D9FA", "D9F8", "D9FC", "DEC1", "DEF9", "DBF1", "D9FD", "D9F4", "0F6FC1"
  };

  private final Writer w;

  FaultItems(Writer writer) {
    this.w = writer;
  }

  void write() {
    if (w.oneIn(10)) {
      Guard.around(w, this::x87);
      // FNINIT masks all exceptions again.
      w.add("DBE3");
    } else {
      Guard.around(w, this::fault);
    }
    w.counted(HANDLER);
  }

  /** x87 instructions with some exceptions unmasked: #MF at the one after the culprit. */
  private void x87() {
    // PUSH control word; FLDCW [RSP]; LEA RSP, [RSP+8]
    w.code.i8(0x68).i32(0x40 | w.below(64) | w.below(16) << 8).hex("D92C24 488D642408");
    w.counted(3);
    for (int n = 2 + w.below(4); n > 0; n--) {
      if (w.oneIn(3)) {
        w.add(X87[w.below(X87.length)]);
      } else {
        // Register forms of D8: arithmetic and comparisons.
        w.code.i8(0xD8).i8(0xC0 | w.below(64));
        w.counted(1);
      }
    }
    // FWAIT
    w.add("9B");
  }

  private void fault() {
    switch (w.below(10)) {
      case 0 -> w.add(UNDEFINED[w.below(UNDEFINED.length)]);
      case 1 -> access(NOWHERE + w.below(1 << 16));
      case 2 ->
          access(Layout.ABSENT_WINDOW + w.below(Layout.WINDOW_PAGES * (int) Layout.PAGE - 16));
      case 3 -> access(Layout.ABSENT_WINDOW + Layout.WINDOW_PAGES * Layout.PAGE - 1 - w.below(8));
      case 4 -> access((w.oneIn(2) ? Layout.READ_ONLY : Layout.SUPERVISOR) + w.below(4000));
      case 5 -> access(NOT_CANONICAL);
      case 6 -> jump();
      case 7 -> string();
      case 8 -> privileged();
      default -> misaligned();
    }
  }

  /** Any kind of access at {@code va}, through a register. */
  private void access(long va) {
    int base = w.lowRegister();
    w.move64(base, va);
    String opcode = ACCESSES[w.below(ACCESSES.length)];
    if (opcode.equals("FF34")) {
      // PUSH [base]: where it does not fault, POP base takes it off again.
      modRm("FF", 6, base);
      w.code.i8(0x58 | base);
      w.counted(1);
      return;
    }
    int reg = opcode.startsWith("0FC7") ? 1 : opcode.startsWith("FF") ? w.below(2) : w.below(3);
    modRm(opcode.substring(0, opcode.length() - 2), reg, base);
    if (opcode.equals("8004")) {
      w.code.i8(w.below(256));
    }
  }

  /** {@code opcode} with [base + disp32]. */
  private void modRm(String opcode, int reg, int base) {
    w.code.hex(opcode).i8(0x80 | reg << 3 | base).i32(0);
    w.counted(1);
  }

  /** A fetch that faults: to where no code can be, or to an address that is none. */
  private void jump() {
    int register = w.lowRegister();
    w.move64(register, w.oneIn(2) ? NOT_CANONICAL : NOWHERE + w.below(4096));
    w.code.i8(0xFF).i8(0xE0 | register);
    w.counted(1);
  }

  /** A repeated string instruction that gets as far as the window's end. */
  private void string() {
    if (w.isKept(Writer.RCX)) {
      return;
    }
    long end = Layout.DATA_WINDOW + Layout.WINDOW_PAGES * Layout.PAGE;
    boolean destination = w.oneIn(2);
    w.move32(destination ? Writer.RDI : Writer.RSI, end - w.below(64));
    w.move32(destination ? Writer.RSI : Writer.RDI, Layout.SCRATCH + w.below(4096));
    w.move32(Writer.RCX, 8 + w.below(32));
    w.add("FC");
    String[] strings = {"F3A4", "F3A5", "F348A5", "F3AA", "F348AB", "F3A6", "F2AE"};
    w.add(strings[w.below(strings.length)]);
  }

  private void privileged() {
    if (w.user) {
      w.add(PRIVILEGED[w.below(PRIVILEGED.length)]);
      return;
    }
    if (!w.isKept(Writer.RCX)) {
      w.move32(Writer.RCX, 0x0123_4568);
      w.add(PRIVILEGED_AT_CPL_0[w.below(PRIVILEGED_AT_CPL_0.length)]);
    }
  }

  /** An operand that must be aligned to 16 and is at times. */
  private void misaligned() {
    int base = w.lowRegister();
    w.move32(base, Layout.SCRATCH + w.below(64) * 8);
    String[] opcodes = {"0F28", "0F29", "660F6F", "0F58", "660FEF", "660FFC"};
    modRm(opcodes[w.below(opcodes.length)], w.below(8), base);
  }
}
