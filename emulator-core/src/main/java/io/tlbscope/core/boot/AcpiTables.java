package io.tlbscope.core.boot;

import io.tlbscope.core.plugin.ApicTopology;

/**
 * RSDP, XSDT, RSDT and MADT (ACPI specification 5.2.5 to 5.2.12), and those of {@link
 * AcpiFixedHardware}. CPUs with an APIC ID of 255 and more get x2APIC entries.
 */
final class AcpiTables {
  private static final int HEADER = 36;

  /** Of each table; the FACS asks for it. */
  private static final int ALIGNMENT = 64;

  private static final int LAPIC = 0,
      IO_APIC = 1,
      OVERRIDE = 2,
      LAPIC_NMI = 4,
      X2APIC = 9,
      X2APIC_NMI = 10;
  private static final int ENABLED = 1;

  /** MADT flag: the machine also has two 8259s. */
  private static final int PCAT_COMPAT = 1;

  private AcpiTables() {}

  static byte[] build(ApicTopology topology, long pa) {
    long rsdtPa = pa + ALIGNMENT;
    long xsdtPa = rsdtPa + ALIGNMENT;
    long facsPa = xsdtPa + ALIGNMENT;
    long fadtPa = facsPa + AcpiFixedHardware.FACS_BYTES;
    long dsdtPa = fadtPa + aligned(AcpiFixedHardware.FADT_BYTES);
    byte[] dsdt = AcpiFixedHardware.dsdt();
    long madtPa = dsdtPa + aligned(dsdt.length);
    TableBuilder all = new TableBuilder();
    append(all, rsdp(rsdtPa, xsdtPa));
    append(all, finish(header("RSDT", 1).u32(fadtPa).u32(madtPa)));
    append(all, finish(header("XSDT", 1).u64(fadtPa).u64(madtPa)));
    append(all, AcpiFixedHardware.facs());
    append(all, AcpiFixedHardware.fadt(facsPa, dsdtPa));
    append(all, dsdt);
    append(all, madt(topology));
    return all.build();
  }

  private static int aligned(int bytes) {
    return bytes + ALIGNMENT - 1 & -ALIGNMENT;
  }

  private static void append(TableBuilder all, byte[] table) {
    for (byte octet : table) {
      all.u8(octet);
    }
    all.zeros(aligned(table.length) - table.length);
  }

  private static byte[] rsdp(long rsdtPa, long xsdtPa) {
    return new TableBuilder()
        .text("RSD PTR ", 8)
        .u8(0)
        .text("TLBSCP", 6)
        .u8(2)
        .u32(rsdtPa)
        .u32(HEADER)
        .u64(xsdtPa)
        .u32(0)
        .checksum(8, 20)
        .checksum(32, 36)
        .build();
  }

  static TableBuilder header(String signature, int revision) {
    return new TableBuilder()
        .text(signature, 4)
        .u32(0)
        .u8(revision)
        .u8(0)
        .text("TLBSCP", 6)
        .text("TLBSCOPE", 8)
        .u32(1)
        .text("TLBS", 4)
        .u32(1);
  }

  static byte[] finish(TableBuilder table) {
    return table.put32(4, table.size()).checksum(9, table.size()).build();
  }

  private static byte[] madt(ApicTopology topology) {
    TableBuilder table = header("APIC", 3).u32(topology.lapicPa()).u32(PCAT_COMPAT);
    for (int cpu = 0; cpu < topology.apicIds().size(); cpu++) {
      int id = topology.apicIds().get(cpu);
      if (id < 255) {
        table.u8(LAPIC).u8(8).u8(cpu).u8(id).u32(ENABLED);
      } else {
        table.u8(X2APIC).u8(16).u16(0).u32(id).u32(ENABLED).u32(cpu);
      }
    }
    table
        .u8(IO_APIC)
        .u8(12)
        .u8(topology.ioApicId())
        .u8(0)
        .u32(topology.ioApicPa())
        .u32(topology.gsiBase());
    for (ApicTopology.Override override : topology.overrides()) {
      table.u8(OVERRIDE).u8(10).u8(0).u8(override.irq()).u32(override.gsi()).u16(override.flags());
    }
    // NMI at LINT1 of every CPU.
    table.u8(LAPIC_NMI).u8(6).u8(0xFF).u16(0).u8(1);
    if (topology.apicIds().stream().anyMatch(id -> id >= 255)) {
      table.u8(X2APIC_NMI).u8(12).u16(0).u32(0xFFFF_FFFFL).u8(1).u8(0).u16(0);
    }
    return finish(table);
  }
}
