package io.tlbscope.apic;

/**
 * What a machine's local APICs can do.
 *
 * @param x2apic x2APIC mode exists
 * @param suppressEoi software may suppress EOI broadcasts (version register bit 24)
 * @param physicalBits width of a physical address, for the reserved bits of IA32_APIC_BASE
 */
record ApicModel(boolean x2apic, boolean suppressEoi, int physicalBits) {
  /** Physical address of the registers after reset. */
  static final long DEFAULT_PA = 0xFEE0_0000L;

  /** Low byte of the version register: a local APIC of the Pentium 4 and later. */
  static final int VERSION = 0x14;

  int versionRegister() {
    return VERSION | Lvt.values().length - 1 << 16 | (suppressEoi ? 1 << 24 : 0);
  }

  int svrWritable() {
    return Register.SVR.writable | (suppressEoi ? Register.SVR_SUPPRESS_EOI : 0);
  }

  /**
   * Bits of IA32_APIC_BASE that raise #GP when set: 7..0, 9, those above the physical width, EXTD
   * without x2APIC.
   */
  long baseReserved() {
    return -1L << physicalBits | 0x2FF & ~0x100 | (x2apic ? 0 : ApicMode.EXTD);
  }
}
