package io.tlbscope.apic;

/**
 * The local APIC's registers as a table (Intel SDM vol. 3A, tables 11-1 and 11-6). The x2APIC MSR
 * of a row is 800h + offset/16. A row with a count stands for that many registers, 10h apart.
 *
 * <p>Rights: {@code r} read, {@code w} write, {@code -} neither, in xAPIC mode and in x2APIC mode.
 * {@code writable} are the bits a write changes, {@code allowed} the bits a WRMSR may set without
 * #GP.
 */
enum Register {
  // @formatter:off
  //               offset count  xAPIC x2APIC  writable     allowed
  ID(0x020, 1, "r-", "r-", 0, 0),
  VERSION(0x030, 1, "r-", "r-", 0, 0),
  TPR(0x080, 1, "rw", "rw", 0xFF, 0xFF),
  APR(0x090, 1, "r-", "--", 0, 0),
  PPR(0x0A0, 1, "r-", "r-", 0, 0),
  EOI(0x0B0, 1, "-w", "-w", 0, 0),
  RRD(0x0C0, 1, "r-", "--", 0, 0),
  LDR(0x0D0, 1, "rw", "r-", 0xFF00_0000, 0),
  DFR(0x0E0, 1, "rw", "--", 0xF000_0000, 0),
  SVR(0x0F0, 1, "rw", "rw", 0x1FF, 0x1FF),
  ISR(0x100, 8, "r-", "r-", 0, 0),
  TMR(0x180, 8, "r-", "r-", 0, 0),
  IRR(0x200, 8, "r-", "r-", 0, 0),
  ESR(0x280, 1, "rw", "rw", 0, 0),
  ICR(0x300, 1, "rw", "rw", 0xC_CFFF, 0xC_DFFF),
  ICR_HIGH(0x310, 1, "rw", "--", 0xFF00_0000, 0),
  LVT(0x320, 6, "rw", "rw", 0, 0),
  INITIAL_COUNT(0x380, 1, "rw", "rw", -1, -1),
  CURRENT_COUNT(0x390, 1, "r-", "r-", 0, 0),
  DIVIDE(0x3E0, 1, "rw", "rw", 0xB, 0xB),
  SELF_IPI(0x3F0, 1, "--", "-w", 0xFF, 0xFF);

  // @formatter:on

  /** Suppress EOI broadcasts, in SVR, where the version register offers it. */
  static final int SVR_SUPPRESS_EOI = 1 << 12;

  private static final Register[] BY_SLOT = new Register[64];

  static {
    for (Register r : values()) {
      for (int i = 0; i < r.count; i++) {
        BY_SLOT[r.slot + i] = r;
      }
    }
  }

  /** Offset divided by 16: the low bits of the MSR number. */
  final int slot;

  final int count;
  final int writable;
  final int allowed;
  private final String xapic;
  private final String x2apic;

  Register(int offset, int count, String xapic, String x2apic, int writable, int allowed) {
    this.slot = offset >> 4;
    this.count = count;
    this.xapic = xapic;
    this.x2apic = x2apic;
    this.writable = writable;
    this.allowed = allowed;
  }

  /** The register at an offset divided by 16, null if reserved. */
  static Register at(int slot) {
    return slot >= 0 && slot < BY_SLOT.length ? BY_SLOT[slot] : null;
  }

  int offset() {
    return slot << 4;
  }

  boolean readable(boolean x2) {
    return (x2 ? x2apic : xapic).charAt(0) == 'r';
  }

  boolean writable(boolean x2) {
    return (x2 ? x2apic : xapic).charAt(1) == 'w';
  }

  boolean exists(boolean x2) {
    return readable(x2) || writable(x2);
  }
}
