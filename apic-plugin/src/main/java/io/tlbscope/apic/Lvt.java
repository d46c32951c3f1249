package io.tlbscope.apic;

/**
 * The local vector table's entries (Intel SDM vol. 3A, 11.5.1). The order is that of {@link
 * Register}'s LVT rows.
 *
 * <pre>
 *            18 17  16   15   14   13   12   10 9 8  7 .... 0
 * timer      mode   M                   DS            vector
 * thermal           M                   DS   mode     vector
 * perf              M                   DS   mode     vector
 * LINT0, 1          M    TM   RIRR PP   DS   mode     vector
 * error             M                   DS            vector
 * </pre>
 */
enum Lvt {
  TIMER(0x7_00FF),
  THERMAL(0x1_07FF),
  PERFORMANCE(0x1_07FF),
  LINT0(0x1_A7FF),
  LINT1(0x1_A7FF),
  ERROR(0x1_00FF);

  static final int MASKED = 1 << 16;

  /** Delivery status and remote IRR: read-only, and not reserved for WRMSR. */
  static final int STATUS = 1 << 12, REMOTE_IRR = 1 << 14;

  /** Bits that software can change. */
  final int writable;

  Lvt(int writable) {
    this.writable = writable;
  }

  /** Bits that a WRMSR may set without #GP. */
  int allowed() {
    return writable | STATUS | (this == LINT0 || this == LINT1 ? REMOTE_IRR : 0);
  }
}
