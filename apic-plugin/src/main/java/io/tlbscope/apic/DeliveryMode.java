package io.tlbscope.apic;

/**
 * Delivery modes as the ICR, the LVT and redirection entries encode them in bits 10..8 (Intel SDM
 * vol. 3A, 11.6.1).
 */
enum DeliveryMode {
  FIXED,
  LOWEST_PRIORITY,
  SMI,
  RESERVED,
  NMI,
  INIT,
  /** SIPI in the ICR; reserved elsewhere. */
  STARTUP,
  EXT_INT;

  private static final DeliveryMode[] ALL = values();

  /** The mode in bits 10..8. */
  static DeliveryMode of(int bits) {
    return ALL[bits >> 8 & 7];
  }

  /** The message carries a vector for the IRR. */
  boolean vectored() {
    return this == FIXED || this == LOWEST_PRIORITY;
  }
}
