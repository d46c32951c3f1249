package io.tlbscope.tools.vectors;

/** Fixed addresses and layouts, the same as in guest-tests/vectors/host.c. */
final class Place {
  static final int PAGE = 4096;

  /** One page of code; the page after it is absent. */
  static final long CODE = 0x1000_0000L;

  /** Two pages that may be written, one that may be read, then nothing. */
  static final long DATA = 0x1001_0000L;

  static final int WRITABLE = 2 * PAGE, READABLE = 3 * PAGE;
  static final long FS_BASE = 0x12340, GS_BASE = 0x7000;

  /** Selectors that Linux gives a 64-bit program. */
  static final int CS = 0x33, SS = 0x2B;

  /** Offsets in the record that goes in. */
  static final int IN_LENGTH = 16,
      IN_OFFSET = 20,
      REGISTERS = 24,
      FLAGS = 152,
      STATE = 192,
      IN_BYTES = 1024;

  /** Offsets in the record that comes out; registers, flags and state lie as in the other. */
  static final int VECTOR = 0,
      ERROR = 4,
      CR2 = 8,
      RIP = 16,
      FROM = 160,
      TO = 164,
      HASH = 168,
      CHANGED = 1024,
      OUT_BYTES = 1088;

  /** Offsets in the state: an FXSAVE image, then an XSAVE header, then the upper halves of YMM. */
  static final int FCW = 0,
      FSW = 2,
      TAGS = 4,
      MXCSR = 24,
      ST = 32,
      XMM = 160,
      HEADER = 512,
      YMM = 576;

  /** Vector of a record in which nothing was raised. */
  static final int NOTHING = -1;

  /** Where the native program itself lies, as its makefile says. */
  private static final long PROGRAM = 0x6000_0000L, PROGRAM_END = 0x6010_0000L;

  private Place() {}

  /** From here on lie the native program's stack and what the kernel gave it. */
  private static final long STACKS = 0x7000_0000_0000L;

  /** The native program may have something there that the core does not have. */
  static boolean program(long va) {
    return va >= PROGRAM && va < PROGRAM_END || va >= STACKS;
  }
}
