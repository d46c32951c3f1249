package io.tlbscope.core.boot;

import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.plugin.ApicTopology;

/**
 * Writes the tables by which a guest finds its processors and interrupt controllers; places: {@link
 * Placement}.
 */
public final class FirmwareTables {
  private FirmwareTables() {}

  /**
   * Writes ACPI and MP tables. Comes after the image, because the plugin that knows the topology
   * needs its symbols.
   */
  public static void write(ApicTopology topology, PhysicalMemory memory) {
    put(AcpiTables.build(topology, Placement.ACPI), Placement.ACPI, memory);
    put(MpTable.build(topology, Placement.MP), Placement.MP, memory);
  }

  private static void put(byte[] table, long pa, PhysicalMemory memory) {
    memory.write(pa, table, 0, table.length);
  }
}
