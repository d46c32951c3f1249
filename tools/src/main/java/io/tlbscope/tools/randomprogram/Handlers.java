package io.tlbscope.tools.randomprogram;

import io.tlbscope.core.isa.CodeMode;

/** Exception, interrupt and system-call handlers of a program. */
final class Handlers {
  static final int DEBUG = 1, BREAKPOINT = 3, OVERFLOW = 4, PAGE_FAULT = 14;
  private static final int EXCEPTIONS = 32;

  /** Vectors whose delivery pushes an error code (SDM vol. 3A, table 6-1). */
  private static final int WITH_ERROR_CODE = 1 << 8 | 0x7C00 | 1 << 17 | 1 << 21;

  // Offsets from RSP in a handler that has pushed RAX and RDX over the vector.
  private static final int VECTOR = 16, ERROR = 24, RIP = 32, FLAGS = 48;

  private final Code code;
  private final SystemTables tables;
  private final Code.Label failed;
  private final Writer w;
  private final Code.Label common = new Code.Label();
  private final Code.Label leave = new Code.Label();
  final Code.Label systemCall = new Code.Label();

  /**
   * @param failed where a fault outside guards goes
   */
  Handlers(Writer writer, SystemTables tables, Code.Label failed) {
    this.w = writer;
    this.code = writer.code;
    this.tables = tables;
    this.failed = failed;
  }

  void write() {
    code.mode(CodeMode.BITS64);
    for (int vector = 0; vector < EXCEPTIONS; vector++) {
      tables.writeGate(vector, code.va(), vector == BREAKPOINT || vector == OVERFLOW);
      if ((WITH_ERROR_CODE >> vector & 1) == 0) {
        code.hex("6A00");
      }
      code.i8(0x6A).i8(vector).relative("E9", common);
    }
    code.bind(common);
    common();
    for (int n = 0; n < Layout.SOFTWARE_VECTORS; n++) {
      int vector = Layout.SOFTWARE_VECTOR + n;
      tables.writeGate(vector, code.va(), true);
      // LOCK INC dword [count]; ROL RAX, n; IRETQ
      w.absolute("F0FF", 0, Layout.VECTORS + 4L * vector);
      code.hex("48C1C0").i8(n).hex("48CF");
    }
    systemCalls();
  }

  private void common() {
    // PUSH RAX; PUSH RDX; MOV EAX, [RSP+VECTOR]; INC dword [VECTORS+RAX*4]
    code.hex("5052 8B4424").i8(VECTOR).hex("FF0485").i32(Layout.VECTORS);
    // MOV RDX, [RSP+ERROR]; ADD [FAULT_MIX], RDX; ROL qword [FAULT_MIX], 7
    code.hex("488B5424").i8(ERROR);
    w.absolute("4801", Writer.RDX, Layout.FAULT_MIX);
    w.absolute("48C1", 0, Layout.FAULT_MIX);
    code.i8(7);
    Code.Label recover = new Code.Label();
    // CMP EAX, DEBUG
    code.hex("83F8").i8(DEBUG);
    Code.Label noDebug = new Code.Label();
    code.relative("0F85", noDebug);
    // DEC dword [STEPS]; JG leave; AND dword [RSP+FLAGS], ~TF
    w.absolute("FF", 1, Layout.STEPS);
    code.relative("0F8F", leave);
    code.hex("816424").i8(FLAGS).i32(~0x100);
    code.relative("E9", leave);
    code.bind(noDebug);
    for (int trap : new int[] {BREAKPOINT, OVERFLOW}) {
      code.hex("83F8").i8(trap).relative("0F84", leave);
    }
    code.hex("83F8").i8(PAGE_FAULT).relative("0F85", recover);
    mapAbsentPage(recover);
    code.bind(recover);
    // MOV RDX, [RECOVER]; TEST RDX, RDX; JZ failed; MOV [RSP+RIP], RDX
    w.load64(Writer.RDX, Layout.RECOVER);
    code.hex("4885D2").relative("0F84", failed);
    code.hex("48895424").i8(RIP);
    code.bind(leave);
    // POP RDX; POP RAX; ADD RSP, 16; IRETQ
    code.hex("5A58 4883C410 48CF");
  }

  /** Maps the page of the absent window that CR2 names, if it is not there. */
  private void mapAbsentPage(Code.Label other) {
    // MOV RDX, CR2; ADD [FAULT_MIX], RDX; TEST byte [RSP+ERROR], 1 (present: rights, not absence)
    code.hex("0F20D2");
    w.absolute("4801", Writer.RDX, Layout.FAULT_MIX);
    code.hex("F64424").i8(ERROR).i8(1).relative("0F85", other);
    // SUB RDX, ABSENT_WINDOW; CMP RDX, size; JAE other
    code.hex("4881EA").i32(Layout.ABSENT_WINDOW);
    code.hex("4881FA").i32(Layout.WINDOW_PAGES * Layout.PAGE).relative("0F83", other);
    // SHR EDX, 12; MOV EAX, EDX; SHL EAX, 12; ADD EAX, SPARE | 7; MOV [entry+RDX*8], RAX
    code.hex("C1EA0C 89D0 C1E00C 05").i32(Layout.SPARE | 7);
    code.hex("488904D5").i32(Layout.windowEntry(Layout.ABSENT_WINDOW));
    code.relative("E9", leave);
  }

  private void systemCalls() {
    code.bind(systemCall);
    // DEC dword [SYSCALLS]; JLE; SYSRETQ
    w.absolute("FF", 1, Layout.SYSCALLS);
    Code.Label back = new Code.Label();
    code.relative("0F8E", back).hex("480F07");
    code.bind(back);
    w.load64(Writer.RSP, Layout.KERNEL_RSP);
    // JMP [KERNEL_RIP]
    w.absolute("FF", 4, Layout.KERNEL_RIP);
  }
}
