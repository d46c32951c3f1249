package io.tlbscope.tools.randomprogram;

/**
 * Where things are. Addresses are physical and, by the program's own page tables, virtual as well;
 * the first 4 MiB are also mapped at {@link #HIGH_HALF}.
 *
 * <pre>
 *   0x100000 +-------------------------------------+ IMAGE, PML4
 *            | page tables                         |
 *   0x106000 +-------------------------------------+ GDT, TSS
 *   0x107000 +-------------------------------------+ IDT
 *   0x108000 +-------------------------------------+ STATE: variables, saved registers, checksum
 *   0x109000 +-------------------------------------+
 *            | stacks: kernel, entry from user, user
 *   0x110000 +-------------------------------------+ SCRATCH: what memory operands name
 *   0x118000 +-------------------------------------+ SPARE: frames behind the windows
 *   0x11C000 +-------------------------------------+ CODE_A, CODE_B: frames of the code window
 *   0x11E000 +-------------------------------------+ CODE_16: base of the 16-bit code segment
 *   0x120000 +-------------------------------------+ PROGRAM
 *
 *   0x200000   DATA_WINDOW    va alone: pages that are mapped elsewhere now and then
 *   0x210000   ABSENT_WINDOW  va alone: pages that the page-fault handler maps
 *   0x220000   CODE_WINDOW    va alone: a page of code, CODE_A or CODE_B
 *   0x230000   READ_ONLY, 0x231000 SUPERVISOR: va of SCRATCH's first page with less rights
 * </pre>
 */
final class Layout {
  static final long IMAGE = 0x100000;
  static final long PML4 = IMAGE, PDPT = 0x101000, DIRECTORY = 0x102000;

  /** Page tables of the first and the second 2 MiB. */
  static final long TABLE = 0x103000, WINDOW_TABLE = 0x104000;

  static final long GDT = 0x106000, TSS = 0x106100, IDT = 0x107000;
  static final long STATE = 0x108000;
  static final long KERNEL_STACK = 0x10B000, ENTRY_STACK = 0x10D000, USER_STACK = 0x10F000;
  static final long SCRATCH = 0x110000, SCRATCH_SIZE = 0x8000;
  static final long SPARE = 0x118000;
  static final int SPARE_PAGES = 4;
  static final long CODE_A = 0x11C000, CODE_B = 0x11D000, CODE_16 = 0x11E000;
  static final long PROGRAM = 0x120000, PROGRAM_END = 0x1F0000;
  static final long DATA_WINDOW = 0x200000, ABSENT_WINDOW = 0x210000, CODE_WINDOW = 0x220000;
  static final int WINDOW_PAGES = 4;
  static final long READ_ONLY = 0x230000, SUPERVISOR = 0x231000;
  static final long HIGH_HALF = 0xFFFF_8000_0000_0000L;

  /** RAM that a program needs. */
  static final long MEMORY = 2L << 20;

  static final long PAGE = 4096;

  /** R13 holds it everywhere. */
  static final long SCRATCH_MIDDLE = SCRATCH + SCRATCH_SIZE / 2;

  // Variables in STATE.
  /** Where a guarded instruction's fault goes on; 0 outside guards. */
  static final long RECOVER = STATE;

  static final long KERNEL_RSP = STATE + 0x08, KERNEL_RIP = STATE + 0x10;

  /** System calls and single steps that are still to be answered by going on. */
  static final long SYSCALLS = STATE + 0x18, STEPS = STATE + 0x1C;

  /** Mixed error codes and fault addresses. */
  static final long FAULT_MIX = STATE + 0x20;

  /** What {@link Observers} keep. */
  static final long ACCUMULATOR = STATE + 0x28;

  /** Outer loops' counters, 4 bytes each. */
  static final long COUNTERS = STATE + 0x40;

  /** Exceptions and interrupts by vector, 4 bytes each. */
  static final long VECTORS = STATE + 0x100;

  /** 16 general registers and RFLAGS at the end, then the FXSAVE image, then the checksum. */
  static final long REGISTERS = STATE + 0x400, FLOATS = STATE + 0x500, CHECKSUM = STATE + 0x800;

  // Selectors.
  static final int CODE_64_SELECTOR = 0x08,
      DATA_SELECTOR = 0x10,
      CODE_32_SELECTOR = 0x18,
      CODE_16_SELECTOR = 0x20,
      LIMITED_SELECTOR = 0x28,
      USER_SELECTORS = 0x30,
      TSS_SELECTOR = 0x48;
  static final int USER_DATA_SELECTOR = 0x3B, USER_CODE_SELECTOR = 0x43;

  /** First of the vectors that INT n may use, and their number. */
  static final int SOFTWARE_VECTOR = 0x30, SOFTWARE_VECTORS = 4;

  private Layout() {}

  /** pa of the page-table entry that maps {@code va} of the second 2 MiB. */
  static long windowEntry(long va) {
    return WINDOW_TABLE + (va - DATA_WINDOW) / PAGE * 8;
  }
}
