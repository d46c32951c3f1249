package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TlbLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changed page tables without the right invalidation: the old translation lives on (Intel SDM vol.
 * 3A, 4.10).
 */
class StalenessTest {
  private static final long VA = 0x1234_5678_9000L;
  private static final long RWU = Vm.P | Vm.W | Vm.U;

  private static Vm vm() {
    Vm vm = new Vm().longMode();
    for (long pa = 0x20_0000; pa < 0x21_0000; pa += 4096) {
      vm.memory.write(pa, 8, pa);
    }
    return vm.map(VA, 0x20_0000, RWU);
  }

  @Test
  void aChangedEntryCountsOnlyAfterAFlush() {
    try (Vm vm = vm()) {
      assertEquals(0x20_0000, vm.mmu.load64(VA));
      TlbEntry entry = vm.entries().getFirst();
      assertTrue(vm.mmu.tlb().agreesWithPageTables(entry));
      vm.pte(VA, 0x20_1000 | RWU);
      assertFalse(vm.mmu.tlb().agreesWithPageTables(entry));
      assertEquals(0x20_0000, vm.mmu.load64(VA));
      vm.mmu.dropLookAside();
      assertEquals(0x20_0000, vm.mmu.load64(VA), "also without the look-aside");
      vm.mmu.invlpg(VA);
      assertEquals(0x20_1000, vm.mmu.load64(VA));
    }
  }

  @Test
  void takenRightsStayUntilAFlushAndGivenRightsComeAfterOneFault() {
    try (Vm vm = vm()) {
      vm.mmu.store64(VA, 1);
      vm.pte(VA, 0x20_0000 | Vm.P | Vm.U | Vm.A | Vm.D);
      assertFalse(vm.mmu.tlb().agreesWithPageTables(vm.entries().getFirst()));
      assertEquals(-1, vm.fault(() -> vm.mmu.store64(VA, 2)));
      vm.mmu.invlpg(VA);
      assertEquals(3, vm.fault(() -> vm.mmu.store64(VA, 3)));
      vm.mmu.load64(VA);
      vm.pte(VA, 0x20_0000 | RWU);
      assertEquals(3, vm.fault(() -> vm.mmu.store64(VA, 4)), "spurious, through the old entry");
      assertEquals(-1, vm.fault(() -> vm.mmu.store64(VA, 5)), "the fault dropped it");
    }
  }

  @Test
  void aWriteThroughACleanEntryFollowsThePageTablesAsTheyAreNow() {
    try (Vm vm = vm()) {
      vm.mmu.load64(VA);
      vm.pte(VA, 0x20_1000 | RWU);
      vm.mmu.store8(VA, 0x55);
      assertEquals(0x20_1055, vm.memory.read(0x20_1000, 8));
      assertEquals(0x20_1000, vm.entries().getFirst().pa());
      assertEquals(1, vm.entries().size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {39, 30, 21})
  void anUnlinkedTableIsStillWalkedThroughThePagingStructureCaches(int level) {
    try (Vm vm = vm()) {
      vm.mmu.load64(VA);
      long neighbour = VA + 4096;
      vm.map(neighbour, 0x20_1000, RWU);
      long link = vm.entry(VA, level);
      long old = vm.memory.read(link, 8);
      vm.memory.write(link, 8, 0);
      assertEquals(0x20_1000, vm.mmu.load64(neighbour), "walked from the cached PDE");
      TlbEntry structure = structure(vm, level);
      assertFalse(vm.mmu.tlb().agreesWithPageTables(structure));
      vm.mmu.invlpg(0x7000);
      assertTrue(vm.mmu.tlb().structureEntries().isEmpty(), "INVLPG of any address drops them all");
      assertEquals(0x20_1000, vm.mmu.load64(neighbour), "the TLB entry is another matter");
      vm.mmu.invlpg(neighbour);
      assertEquals(0, vm.fault(() -> vm.mmu.load64(neighbour)));
      vm.memory.write(link, 8, old);
      assertEquals(0x20_1000, vm.mmu.load64(neighbour));
      assertTrue(vm.mmu.tlb().agreesWithPageTables(structure(vm, level)));
    }
  }

  private static TlbEntry structure(Vm vm, int level) {
    TlbLevel kind = level == 39 ? TlbLevel.PML4E : level == 30 ? TlbLevel.PDPTE : TlbLevel.PDE;
    return vm.mmu.tlb().structureEntries().stream()
        .filter(e -> e.level() == kind)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void pagingStructureEntriesGoByPcid() {
    try (Vm vm = vm().pcids()) {
      long root = vm.root();
      for (int pcid = 1; pcid <= 2; pcid++) {
        vm.cr3(root | pcid | Vm.NOFLUSH);
        vm.mmu.load64(VA);
      }
      assertEquals(6, vm.mmu.tlb().structureEntries().size());
      vm.mmu.invpcid(1, 1, 0);
      assertEquals(3, vm.mmu.tlb().structureEntries().size());
      vm.mmu.invpcid(0, 2, VA ^ 1L << 45);
      assertEquals(3, vm.mmu.tlb().structureEntries().size(), "another address");
      vm.mmu.invlpgb(1 | 16, VA, 0, 0, false);
      assertEquals(3, vm.mmu.tlb().structureEntries().size(), "final translation only");
      vm.mmu.invlpgb(1, VA, 0, 0, false);
      assertEquals(0, vm.mmu.tlb().structureEntries().size());
    }
  }

  @Test
  void aDemotedSuperpageLeavesItsEntryWhichStillAgreesUntilAPageMoves() {
    try (Vm vm = new Vm().longMode()) {
      long base = VA & -1L << 21;
      vm.map(base, 0x40_0000, 21, RWU);
      vm.mmu.load8(base);
      TlbEntry entry = vm.entries().getFirst();
      vm.memory.write(vm.entry(base, 21), 8, 0);
      for (int i = 0; i < 512; i++) {
        vm.map(base + i * 4096L, 0x40_0000 + i * 4096L, RWU);
      }
      assertTrue(vm.mmu.tlb().agreesWithPageTables(entry));
      vm.pte(base + 511 * 4096L, 0x20_0000 | RWU);
      assertFalse(vm.mmu.tlb().agreesWithPageTables(entry));
      vm.memory.write(0x40_0000 + 511 * 4096, 1, 0x11);
      assertEquals(0x11, vm.mmu.load8(base + 511 * 4096), "the old page");
      vm.mmu.invlpg(base);
      assertEquals(0, vm.mmu.load8(base + 511 * 4096 + 8));
    }
  }

  @Test
  void globalEntriesServeEveryPcid() {
    try (Vm vm = vm().pcids()) {
      vm.pte(VA, 0x20_0000 | RWU | Vm.G);
      vm.mmu.load64(VA);
      vm.cr3(vm.table() | 5);
      assertEquals(0x20_0000, vm.mmu.load64(VA), "though the new root maps nothing");
    }
  }
}
