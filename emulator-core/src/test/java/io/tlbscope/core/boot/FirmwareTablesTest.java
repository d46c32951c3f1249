package io.tlbscope.core.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.plugin.ApicTopology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirmwareTablesTest extends BootFixture {
  private static ApicTopology topology(int cpus) {
    return new ApicTopology(
        IntStream.range(0, cpus).boxed().toList(),
        0xFEE00000L,
        0x14,
        4,
        0x11,
        0xFEC00000L,
        0,
        List.of(new ApicTopology.Override(0, 2, 0)));
  }

  private void boot(int cpus) {
    load(ElfWriter.elf32(), BootOptions.defaults());
    FirmwareTables.write(topology(cpus), memory);
  }

  private Map<Integer, Integer> madtEntries(long madt) {
    Map<Integer, Integer> counts = new HashMap<>();
    long end = madt + memory.read(madt + 4, 4);
    long at = madt + 44;
    while (at < end) {
      assertTrue(memory.read(at + 1, 1) > 0, "an entry without length");
      counts.merge((int) memory.read(at, 1), 1, Integer::sum);
      at += memory.read(at + 1, 1);
    }
    assertEquals(end, at);
    return counts;
  }

  /** The table that the XSDT leads to; its checksum is right. */
  private long table(String signature) {
    long xsdt = memory.read(0xE0000 + 24, 8);
    for (long at = xsdt + 36; at < xsdt + memory.read(xsdt + 4, 4); at += 8) {
      long table = memory.read(at, 8);
      if (text(table, 4).equals(signature)) {
        assertEquals(0, sum(table, memory.read(table + 4, 4)));
        return table;
      }
    }
    throw new AssertionError("no " + signature);
  }

  @Test
  void rsdpLeadsToTheMadtThroughBothRootTables() {
    boot(4);
    long rsdp = 0xE0000;
    assertEquals("RSD PTR ", text(rsdp, 8));
    assertEquals(0, sum(rsdp, 20));
    assertEquals(0, sum(rsdp, 36));
    long rsdt = memory.read(rsdp + 16, 4);
    long xsdt = memory.read(rsdp + 24, 8);
    assertEquals("RSDT", text(rsdt, 4));
    assertEquals("XSDT", text(xsdt, 4));
    assertEquals(44, memory.read(rsdt + 4, 4));
    assertEquals(52, memory.read(xsdt + 4, 4));
    assertEquals(0, sum(rsdt, 44));
    assertEquals(0, sum(xsdt, 52));
    for (int n = 0; n < 2; n++) {
      assertEquals(memory.read(xsdt + 36 + 8 * n, 8), memory.read(rsdt + 36 + 4 * n, 4));
    }
    long madt = table("APIC");
    assertEquals(0xFEE00000L, memory.read(madt + 36, 4));
    assertEquals(Map.of(0, 4, 1, 1, 2, 1, 4, 1), madtEntries(madt));
  }

  @Test
  void fadtLeadsToThePmRegistersAndToS5() {
    boot(2);
    long fadt = table("FACP");
    assertEquals(0x600, memory.read(fadt + 56, 4));
    assertEquals(0x604, memory.read(fadt + 64, 4));
    assertEquals(0x608, memory.read(fadt + 76, 4));
    assertEquals(0x600, memory.read(fadt + 152, 8));
    assertEquals(0x604, memory.read(fadt + 176, 8));
    assertEquals(0x608, memory.read(fadt + 212, 8));
    assertEquals(0xCF9, memory.read(fadt + 120, 8));
    long facs = memory.read(fadt + 36, 4);
    assertEquals("FACS", text(facs, 4));
    assertEquals(0, facs % 64);
    long dsdt = memory.read(fadt + 40, 4);
    assertEquals(dsdt, memory.read(fadt + 140, 8));
    assertEquals("DSDT", text(dsdt, 4));
    assertEquals(0, sum(dsdt, memory.read(dsdt + 4, 4)));
    assertEquals("_S5_", text(dsdt + 37, 4));
    assertEquals(0, memory.read(dsdt + 44, 1));
  }

  @Test
  void largeApicIdsGetX2ApicEntries() {
    boot(300);
    assertEquals(Map.of(0, 255, 9, 45, 1, 1, 2, 1, 4, 1, 10, 1), madtEntries(table("APIC")));
    assertEquals(255, memory.read(0xF0000 + 16 + 34, 2) - 1 - 1 - 15 - 2);
  }

  @Test
  void mpTableListsProcessorsAndRoutesTheTimerToPinTwo() {
    boot(3);
    long pointer = 0xF0000;
    assertEquals("_MP_", text(pointer, 4));
    assertEquals(0, sum(pointer, 16));
    long table = memory.read(pointer + 4, 4);
    assertEquals("PCMP", text(table, 4));
    long length = memory.read(table + 4, 2);
    assertEquals(0, sum(table, length));
    int[] sizes = {20, 8, 8, 8, 8};
    int[] counts = new int[5];
    boolean timer = false;
    long at = table + 44;
    for (int n = 0; n < memory.read(table + 34, 2); n++) {
      int type = (int) memory.read(at, 1);
      counts[type]++;
      timer |= type == 3 && memory.read(at + 5, 1) == 0 && memory.read(at + 7, 1) == 2;
      at += sizes[type];
    }
    assertEquals(table + length, at);
    assertEquals(List.of(3, 1, 1, 15, 2), IntStream.of(counts).boxed().toList());
    assertTrue(timer);
    assertEquals(3, memory.read(table + 44 + 3, 1));
  }

  @Test
  void withoutATopologyThereAreNoTables() {
    load(ElfWriter.elf32());
    assertEquals(0, memory.read(0xE0000, 8));
    assertEquals(0, memory.read(0xF0000, 4));
  }
}
