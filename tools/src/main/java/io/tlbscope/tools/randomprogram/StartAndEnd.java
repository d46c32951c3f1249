package io.tlbscope.tools.randomprogram;

/** What comes before and after a program's random part: its machine state, and its checksum. */
final class StartAndEnd {
  /**
   * Value for the debug-exit port: the program ran to its end, or faulted where none was expected.
   */
  static final int PASSED = 16, FAILED = 17;

  private static final int CR4_PAE_PGE_OSFXSR_OSXMMEXCPT = 0x6A0;
  private static final long CR0 = 0x8001_0033L;
  private static final int EFER = 0xC000_0080,
      STAR = 0xC000_0081,
      LSTAR = 0xC000_0082,
      FMASK = 0xC000_0084;
  private static final int FS_BASE = 0xC000_0100, GS_BASE = 0xC000_0101;
  private static final int EFER_SCE_LME_LMA_NXE = 0xD01;
  private static final int DEBUG_EXIT = 0xF4;

  private final Writer w;
  private final Code code;

  StartAndEnd(Writer writer) {
    this.w = writer;
    this.code = writer.code;
  }

  /** Tables, control registers, system calls, then random registers. */
  void start(Code.Label systemCall) {
    w.move32(Writer.RSP, Layout.KERNEL_STACK);
    pseudoDescriptor("0F01", 2, Layout.GDT, 0xFF);
    pseudoDescriptor("0F01", 3, Layout.IDT, 0xFFF);
    control(Writer.RAX, "0F22D8", Layout.PML4);
    control(Writer.RAX, "0F22E0", CR4_PAE_PGE_OSFXSR_OSXMMEXCPT);
    control(Writer.RAX, "0F22C0", CR0);
    // MOV SS, EAX; then DS, ES, FS, GS: with user data, which IRET to user code leaves alone.
    w.move32(Writer.RAX, Layout.DATA_SELECTOR);
    code.hex("8ED0");
    w.move32(Writer.RAX, Layout.USER_DATA_SELECTOR);
    code.hex("8ED8 8EC0 8EE0 8EE8");
    w.move32(Writer.RAX, Layout.TSS_SELECTOR);
    // LTR AX
    code.hex("0F00D8");
    write(EFER, EFER_SCE_LME_LMA_NXE);
    write(STAR, ((long) Layout.USER_SELECTORS << 16 | Layout.CODE_64_SELECTOR) << 32);
    w.lea(Writer.RDX, systemCall);
    code.hex("89D0 31D2");
    w.move32(Writer.RCX, LSTAR);
    code.hex("0F30");
    write(FMASK, 0x4700);
    write(FS_BASE, Layout.SCRATCH);
    write(GS_BASE, Layout.SCRATCH);
    registers();
  }

  private void pseudoDescriptor(String opcode, int digit, long base, int limit) {
    // In the saved registers' place, which is free until the end.
    w.store32(Layout.REGISTERS, (long) limit << 16);
    w.store64(Layout.REGISTERS + 4, base);
    w.absolute(opcode, digit, Layout.REGISTERS + 2);
  }

  private void control(int register, String move, long value) {
    w.move32(register, value);
    w.add(move);
  }

  private void write(int msr, long value) {
    w.move32(Writer.RCX, msr);
    w.move32(Writer.RAX, value);
    w.move32(Writer.RDX, value >>> 32);
    w.add("0F30");
  }

  private void registers() {
    for (int n = 0; n < 16; n++) {
      // MOVUPS xmm, [SCRATCH + 16 n]
      code.hex(n < 8 ? "0F10" : "440F10")
          .i8((n & 7) << 3 | 4)
          .i8(0x25)
          .i32(Layout.SCRATCH + 16L * n);
      if (n != Writer.RSP) {
        w.move64(n, n == Writer.BASE ? Layout.SCRATCH_MIDDLE : w.value());
      }
    }
    w.counted(16);
  }

  /** Saves all registers, sums up registers and scratch area, and leaves by the debug-exit port. */
  void end(Code.Label failed) {
    // CLI
    w.add("FA");
    for (int n = 0; n < 16; n++) {
      w.save64(Layout.REGISTERS + 8L * n, n);
    }
    // PUSHFQ; POP [flags]
    code.hex("9C");
    w.absolute("8F", 0, Layout.REGISTERS + 8L * 16);
    // FXSAVE64 [FLOATS]; CLD
    w.absolute("480FAE", 0, Layout.FLOATS);
    code.hex("FC");
    w.move32(Writer.RAX, 0);
    sum(Layout.STATE, (int) (Layout.CHECKSUM - Layout.STATE) / 8);
    sum(Layout.SCRATCH, (int) Layout.SCRATCH_SIZE / 8);
    sum(Layout.SPARE, (int) (Layout.SPARE_PAGES * Layout.PAGE / 8));
    w.save64(Layout.CHECKSUM, Writer.RAX);
    exit(PASSED);
    code.bind(failed);
    // Where the handler's frame is: for whoever looks for the fault.
    w.save64(Layout.REGISTERS + 8L * Writer.RSP, Writer.RSP);
    exit(FAILED);
  }

  /** RAX = RAX rotated and added to each quadword. */
  private void sum(long va, int quadwords) {
    w.move32(Writer.RSI, va);
    w.move32(Writer.RCX, quadwords);
    Code.Label next = new Code.Label();
    // next: ROL RAX, 9; ADD RAX, [RSI]; ADD RSI, 8; DEC ECX; JNZ next
    code.bind(next).hex("48C1C009 480306 4883C608 FFC9").relative("0F85", next);
    w.counted(5.0 * quadwords);
  }

  private void exit(int value) {
    w.move32(Writer.RAX, value);
    // OUT imm8, EAX; then nothing that could run on.
    code.hex("E7").i8(DEBUG_EXIT).hex("F4 EBFD");
  }
}
