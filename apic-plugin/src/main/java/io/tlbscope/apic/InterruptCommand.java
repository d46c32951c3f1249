package io.tlbscope.apic;

/**
 * An interrupt command as software wrote it (Intel SDM vol. 3A, 11.6.1 and 11.12.9).
 *
 * <pre>
 *  63 .......... 32 | 19 18 | 15 | 14 | 12 | 11 | 10 9 8 | 7 .... 0
 *  destination (a)   short.   TM   L    DS   DM   mode     vector
 *  (a) xAPIC: bits 63..56 only
 * </pre>
 *
 * @param icr the 64-bit value; bits 31..20, 17, 16, 13 and 12 are ignored
 * @param wide written in x2APIC mode: the destination has 32 bits
 */
record InterruptCommand(long icr, boolean wide) {
  static final int NO_SHORTHAND = 0, SELF = 1, ALL = 2, OTHERS = 3;
  private static final int LOGICAL = 1 << 11, LEVEL_ASSERT = 1 << 14, TRIGGER_LEVEL = 1 << 15;
  private static final int SHORTHAND_SHIFT = 18;

  /** What a write of {@code vector} to the SELF IPI register comes to. */
  static InterruptCommand self(int vector) {
    return new InterruptCommand((long) SELF << SHORTHAND_SHIFT | LEVEL_ASSERT | vector, true);
  }

  int vector() {
    return (int) icr & 0xFF;
  }

  DeliveryMode mode() {
    return DeliveryMode.of((int) icr);
  }

  boolean logical() {
    return (icr & LOGICAL) != 0;
  }

  int shorthand() {
    return (int) icr >> SHORTHAND_SHIFT & 3;
  }

  /** Destination field, unsigned: 8 bits, or 32 when {@link #wide}. */
  long destination() {
    return wide ? icr >>> 32 : icr >>> 56;
  }

  /** INIT level de-assert: it only set arbitration IDs, on processors before the Pentium 4. */
  boolean initDeassert() {
    return mode() == DeliveryMode.INIT && (icr & TRIGGER_LEVEL) != 0 && (icr & LEVEL_ASSERT) == 0;
  }

  /**
   * Self and all-including-self go with vectored modes and NMI only (Intel SDM vol. 3A, table
   * 11-3).
   */
  boolean validShorthand() {
    return switch (mode()) {
      case FIXED, LOWEST_PRIORITY, NMI -> true;
      default -> shorthand() == NO_SHORTHAND || shorthand() == OTHERS;
    };
  }
}
