package io.tlbscope.core.plugin;

import java.util.List;

/**
 * How the interrupt controllers of a machine are numbered and wired: what the boot room writes into
 * the ACPI MADT and the MP table (ACPI specification 5.2.12; Intel MultiProcessor Specification,
 * chapter 4).
 *
 * @param apicIds local APIC ID of each vCPU, by vCPU index
 * @param lapicPa physical address of the local APICs' page after reset
 * @param lapicVersion low byte of the local APIC version register
 * @param ioApicId ID of the I/O APIC
 * @param ioApicVersion low byte of the I/O APIC version register
 * @param ioApicPa physical address of the I/O APIC's registers
 * @param gsiBase first global system interrupt of the I/O APIC
 * @param overrides ISA interrupts that do not arrive at the pin of their own number, or not as
 *     edge/high
 */
public record ApicTopology(
    List<Integer> apicIds,
    long lapicPa,
    int lapicVersion,
    int ioApicId,
    int ioApicVersion,
    long ioApicPa,
    int gsiBase,
    List<Override> overrides) {

  public ApicTopology {
    apicIds = List.copyOf(apicIds);
    overrides = List.copyOf(overrides);
  }

  /**
   * An interrupt source override.
   *
   * @param irq ISA interrupt 0..15
   * @param gsi global system interrupt it arrives at
   * @param flags MPS INTI flags: bits 1..0 polarity, bits 3..2 trigger mode; 0 conforms to the bus
   */
  public record Override(int irq, int gsi, int flags) {}
}
