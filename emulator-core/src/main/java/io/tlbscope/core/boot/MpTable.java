package io.tlbscope.core.boot;

import io.tlbscope.core.plugin.ApicTopology;

/**
 * MP floating pointer and configuration table (MultiProcessor Specification 1.4, chapter 4), for
 * APIC IDs below 255.
 */
final class MpTable {
  private static final int PROCESSOR = 0,
      BUS = 1,
      IO_APIC = 2,
      IO_INTERRUPT = 3,
      LOCAL_INTERRUPT = 4;
  private static final int INT = 0, NMI = 1, EXT_INT = 3;
  private static final int ISA_IRQS = 16;

  /** Family 6; FPU and APIC present. */
  private static final int SIGNATURE = 0x600, FEATURES = 0x201;

  private MpTable() {}

  static byte[] build(ApicTopology topology, long pa) {
    TableBuilder pointer =
        new TableBuilder().text("_MP_", 4).u32(pa + 16).u8(1).u8(4).u8(0).u8(0).u32(0);
    pointer.checksum(10, 16);
    TableBuilder all = new TableBuilder();
    for (byte octet : pointer.build()) {
      all.u8(octet);
    }
    for (byte octet : configuration(topology)) {
      all.u8(octet);
    }
    return all.build();
  }

  private static byte[] configuration(ApicTopology topology) {
    TableBuilder table =
        new TableBuilder()
            .text("PCMP", 4)
            .u16(0)
            .u8(4)
            .u8(0)
            .text("TLBSCOPE", 8)
            .text("TLBSCOPE", 12)
            .u32(0)
            .u16(0)
            .u16(0)
            .u32(topology.lapicPa())
            .u16(0)
            .u8(0)
            .u8(0);
    int entries = 0;
    for (int cpu = 0; cpu < topology.apicIds().size(); cpu++) {
      int id = topology.apicIds().get(cpu);
      if (id < 255) {
        int flags = cpu == 0 ? 3 : 1;
        table
            .u8(PROCESSOR)
            .u8(id)
            .u8(topology.lapicVersion())
            .u8(flags)
            .u32(SIGNATURE)
            .u32(FEATURES)
            .u64(0);
        entries++;
      }
    }
    table.u8(BUS).u8(0).text("ISA", 6);
    table
        .u8(IO_APIC)
        .u8(topology.ioApicId())
        .u8(topology.ioApicVersion())
        .u8(1)
        .u32(topology.ioApicPa());
    entries += 2;
    for (int irq = 0; irq < ISA_IRQS; irq++) {
      int pin = pin(topology, irq);
      if (pin >= 0) {
        int flags = flags(topology, irq);
        table.u8(IO_INTERRUPT).u8(INT).u16(flags).u8(0).u8(irq).u8(topology.ioApicId()).u8(pin);
        entries++;
      }
    }
    table.u8(LOCAL_INTERRUPT).u8(EXT_INT).u16(0).u8(0).u8(0).u8(0xFF).u8(0);
    table.u8(LOCAL_INTERRUPT).u8(NMI).u16(0).u8(0).u8(0).u8(0xFF).u8(1);
    entries += 2;
    return table.put16(4, table.size()).put16(34, entries).checksum(7, table.size()).build();
  }

  /** Pin of an ISA interrupt, -1 when another one has taken its pin. */
  private static int pin(ApicTopology topology, int irq) {
    for (ApicTopology.Override override : topology.overrides()) {
      if (override.irq() == irq) {
        return override.gsi() - topology.gsiBase();
      }
    }
    boolean taken =
        topology.overrides().stream().anyMatch(o -> o.gsi() - topology.gsiBase() == irq);
    return taken ? -1 : irq;
  }

  private static int flags(ApicTopology topology, int irq) {
    return topology.overrides().stream()
        .filter(override -> override.irq() == irq)
        .mapToInt(ApicTopology.Override::flags)
        .findFirst()
        .orElse(0);
  }
}
