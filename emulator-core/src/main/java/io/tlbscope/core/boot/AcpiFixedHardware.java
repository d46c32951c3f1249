package io.tlbscope.core.boot;

import io.tlbscope.core.device.AcpiPm;

/**
 * FADT, FACS and DSDT (ACPI specification 5.2.9 to 5.2.11): the PM registers, the way to S5 and the
 * reset register. The machine is always in ACPI mode, so there is no SMI command port; it has no
 * general-purpose events, no fixed buttons, no keyboard controller to be looked for, no VGA.
 */
final class AcpiFixedHardware {
  /** Bytes of the FADT of ACPI 2.0. */
  static final int FADT_BYTES = 244;

  static final int FACS_BYTES = 64;
  private static final int SCI_IRQ = 9;

  /** Latencies above these mean that the processors have no C2 and no C3. */
  private static final int NO_C2 = 101, NO_C3 = 1001;

  /** IAPC_BOOT_ARCH: there are ISA devices; no VGA; no MSI. */
  private static final int LEGACY_DEVICES = 1, NO_VGA = 1 << 2, NO_MSI = 1 << 3;

  /**
   * Flags: WBINVD works, HLT is C1 everywhere, neither power nor sleep button nor RTC wake-up in
   * the PM registers, RESET_REG is there.
   */
  private static final int FLAGS = 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 10;

  private static final int IO_SPACE = 1, BYTE = 1, WORD = 2, DWORD = 3;
  private static final int RESET_PORT = 0xCF9, RESET_VALUE = 6;

  /** CMOS register that holds the century. */
  private static final int CENTURY = 0x32;

  /**
   * {@code Name (\_S5, Package () {Zero, Zero, Zero, Zero})} in AML (ACPI specification 20.2):
   * SLP_TYP of PM1a and PM1b, two reserved.
   */
  private static final int[] S5 = {
    0x08, '_', 'S', '5', '_', 0x12, 6, 4, AcpiPm.S5, AcpiPm.S5, 0, 0
  };

  private AcpiFixedHardware() {}

  static byte[] fadt(long facsPa, long dsdtPa) {
    TableBuilder table =
        AcpiTables.header("FACP", 3)
            .u32(facsPa)
            .u32(dsdtPa)
            .u8(0)
            .u8(0)
            .u16(SCI_IRQ)
            .zeros(8)
            .u32(AcpiPm.EVENTS)
            .u32(0)
            .u32(AcpiPm.CONTROL)
            .zeros(8)
            .u32(AcpiPm.TIMER)
            .zeros(8)
            .u8(4)
            .u8(2)
            .u8(0)
            .u8(4)
            .zeros(4)
            .u16(NO_C2)
            .u16(NO_C3)
            .zeros(8)
            .u8(CENTURY)
            .u16(LEGACY_DEVICES | NO_VGA | NO_MSI)
            .u8(0)
            .u32(FLAGS);
    register(table, RESET_PORT, 8, BYTE).u8(RESET_VALUE).zeros(3).u64(0).u64(dsdtPa);
    register(table, AcpiPm.EVENTS, 32, DWORD).zeros(12);
    register(table, AcpiPm.CONTROL, 16, WORD).zeros(24);
    register(table, AcpiPm.TIMER, 32, DWORD).zeros(24);
    return AcpiTables.finish(table);
  }

  /** A generic address: port, bits, access size. */
  private static TableBuilder register(TableBuilder table, int port, int bits, int access) {
    return table.u8(IO_SPACE).u8(bits).u8(0).u8(access).u64(port);
  }

  /** Without a wake-up vector: there is nothing to wake up from. */
  static byte[] facs() {
    return new TableBuilder().text("FACS", 4).u32(FACS_BYTES).zeros(24).u8(2).zeros(31).build();
  }

  static byte[] dsdt() {
    TableBuilder table = AcpiTables.header("DSDT", 2);
    for (int octet : S5) {
      table.u8(octet);
    }
    return AcpiTables.finish(table);
  }
}
