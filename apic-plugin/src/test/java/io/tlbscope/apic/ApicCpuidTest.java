package io.tlbscope.apic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApicCpuidTest {
  private static int[] leaf(int cpus, int cpu, int leaf, int subleaf, int... before) {
    int[] regs = before.length == 4 ? before : new int[4];
    new ApicCpuid(cpus, true).leaf(Rig.enabled(cpus).apic(cpu), leaf, subleaf, regs);
    return regs;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "4, 4", "16, 16", "17, 32", "128, 128", "255, 255"})
  void leafOneCountsLogicalProcessors(int cpus, int logical) {
    int[] regs = leaf(cpus, cpus - 1, 1, 0, 0x306A9, 8 << 8, 1, 1);
    assertEquals(cpus - 1 << 24 | logical << 16 | 8 << 8, regs[1]);
    assertEquals(1 << 21 | 1 << 24 | 1, regs[2]);
    assertEquals(1 << 9 | 1 | (cpus > 1 ? 1 << 28 : 0), regs[3]);
  }

  @Test
  void theApicBitFollowsTheGlobalEnable() {
    Rig rig = Rig.enabled(1);
    rig.apic(0).base(0xFEE0_0000L);
    int[] regs = new int[4];
    new ApicCpuid(1, false).leaf(rig.apic(0), 1, 0, regs);
    assertEquals(0, regs[3]);
    assertEquals(1 << 24, regs[2], "no x2APIC where it is off");
  }

  @ParameterizedTest
  @CsvSource({"0xB", "0x1F"})
  void topologyLeaves(String leaf) {
    int n = Integer.decode(leaf);
    assertArrayEquals(new int[] {0, 1, 1 << 8, 5}, leaf(6, 5, n, 0));
    assertArrayEquals(new int[] {3, 6, 2 << 8 | 1, 5}, leaf(6, 5, n, 1));
    assertArrayEquals(new int[] {0, 0, 2, 5}, leaf(6, 5, n, 2));
  }

  @Test
  void theHighestLeafIncludesTopology() {
    assertEquals(0x1F, leaf(1, 0, 0, 0, 0xD, 0, 0, 0)[0]);
  }

  @Test
  void cacheLeavesTellTheCores() {
    assertEquals(0x121 | 7 << 26, leaf(6, 0, 4, 0, 0x121, 0, 0, 0)[0]);
    assertEquals(0, leaf(6, 0, 4, 3)[0], "not where there is no cache");
  }
}
