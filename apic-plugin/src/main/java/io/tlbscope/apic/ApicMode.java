package io.tlbscope.apic;

/**
 * Modes of a local APIC, by IA32_APIC_BASE bits 11 (EN) and 10 (EXTD), and the transitions between
 * them (Intel SDM vol. 3A, 11.12.5, figure 11-27). The fourth combination, EXTD without EN, is
 * invalid.
 *
 * <pre>
 *            to DISABLED   XAPIC   X2APIC
 * DISABLED      yes         yes     #GP
 * XAPIC         yes         yes     yes
 * X2APIC        yes         #GP     yes
 * </pre>
 */
enum ApicMode {
  DISABLED,
  XAPIC,
  X2APIC;
  static final int EXTD = 1 << 10, EN = 1 << 11;

  /** The mode of a base register's value, null for the invalid combination. */
  static ApicMode of(long base) {
    if ((base & EN) == 0) {
      return (base & EXTD) == 0 ? DISABLED : null;
    }
    return (base & EXTD) == 0 ? XAPIC : X2APIC;
  }

  /** False where the transition raises #GP. */
  boolean mayBecome(ApicMode next) {
    return next != null
        && !(this == DISABLED && next == X2APIC)
        && !(this == X2APIC && next == XAPIC);
  }
}
