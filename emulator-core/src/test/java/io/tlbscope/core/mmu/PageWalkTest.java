package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.hook.TlbEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Page sizes, modes, A and D bits, reserved bits (Intel SDM vol. 3A, 4.3 to 4.8). */
class PageWalkTest {
  private static final long VA = 0xFFFF_8123_4000_0000L;
  private static final long RWU = Vm.P | Vm.W | Vm.U;

  @ParameterizedTest
  @CsvSource({"12, 0x203000", "21, 0x400000", "30, 0"})
  void eachPageSizeOfLongModeMapsItsBytes(int shift, String paText) {
    long pa = Long.decode(paText);
    try (Vm vm = new Vm().longMode().map(VA, pa, shift, RWU | Vm.G)) {
      long offset = Math.min((1L << shift) - 8, 0x3F_F123);
      vm.memory.write(pa + offset, 8, 0x1122_3344_5566_7788L);
      assertEquals(0x1122_3344_5566_7788L, vm.mmu.load64(VA + offset));
      TlbEntry entry = vm.entries().getFirst();
      assertEquals(shift, entry.pageShift());
      assertEquals(VA, entry.va());
      assertEquals(pa, entry.pa());
      assertTrue(entry.global() && entry.writable() && entry.user() && entry.executable());
      assertEquals(vm.root(), entry.root());
      assertEquals(vm.entry(VA, shift), entry.derivedFrom()[entry.derivedFrom().length - 1]);
      assertEquals((48 - shift) / 9, entry.derivedFrom().length);
      assertEquals(vm.entry(VA, 39), entry.derivedFrom()[0]);
    }
  }

  @Test
  void readsSetAccessedEverywhereAndWritesSetDirtyInTheLeafAlone() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_0000, RWU)) {
      vm.mmu.load8(VA);
      for (int shift = 12; shift <= 39; shift += 9) {
        assertEquals(
            Vm.A, vm.memory.read(vm.entry(VA, shift), 8) & (Vm.A | Vm.D), "level " + shift);
      }
      assertFalse(vm.entries().getFirst().dirty());
      vm.mmu.store8(VA, 1);
      assertEquals(Vm.A | Vm.D, vm.pte(VA) & (Vm.A | Vm.D));
      assertEquals(Vm.A, vm.memory.read(vm.entry(VA, 21), 8) & (Vm.A | Vm.D));
      assertEquals(1, vm.entries().size(), "the same entry, dirty now");
      assertTrue(vm.entries().getFirst().dirty());
    }
  }

  @Test
  void aForbiddenAccessSetsNeitherBitInTheLeaf() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_0000, Vm.P | Vm.U)) {
      assertEquals(3, vm.fault(() -> vm.mmu.store8(VA, 1)));
      assertEquals(0, vm.pte(VA) & (Vm.A | Vm.D));
    }
  }

  @Test
  void aWriteProbeSetsDirtyAndChangesNoData() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_0000, RWU).map(VA + 4096, 0x20_5000, RWU)) {
      vm.memory.write(0x20_0FF8, 8, 0x77);
      vm.mmu.probeWrite(VA + 0xFF8, 64);
      assertEquals(Vm.A | Vm.D, vm.pte(VA) & (Vm.A | Vm.D));
      assertEquals(Vm.A | Vm.D, vm.pte(VA + 4096) & (Vm.A | Vm.D));
      assertEquals(0x77, vm.memory.read(0x20_0FF8, 8));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "39, 0x80, 9",
    "39, 0x400000000000, 9",
    "30, 0x400000000000, 9",
    "21, 0x2000000000000, 9",
    "12, 0x400000000000, 9",
    "12, 0x0010000000000000, -1",
    "21, 0x7FF0000000000000, -1"
  })
  void reservedBitsFaultAndIgnoredBitsDoNot(int shift, String bits, int expected) {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_0000, RWU)) {
      long entry = vm.entry(VA, shift);
      vm.memory.write(entry, 8, vm.memory.read(entry, 8) | Long.decode(bits));
      assertEquals(expected, vm.fault(() -> vm.mmu.load8(VA)));
    }
  }

  @Test
  void aMisalignedLargePageAndAnNxBitWithoutNxeAreReserved() {
    try (Vm vm = new Vm().longMode().map(VA, 0x40_2000, 21, RWU)) {
      assertEquals(9, vm.fault(() -> vm.mmu.load8(VA)));
      vm.map(VA, 0x40_0000 | Vm.NX, 21, RWU);
      assertEquals(-1, vm.fault(() -> vm.mmu.load8(VA)));
      vm.mmu.reset();
      vm.s.efer &= ~CpuState.EFER_NXE;
      vm.mmu.modeChanged();
      assertEquals(11, vm.fault(() -> vm.mmu.store8(VA, 0)));
    }
  }

  @Test
  void accessesAcrossPagesTouchBothOrNothing() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_3000, RWU).map(VA + 4096, 0x20_9000, RWU)) {
      for (int times = 0; times < 2; times++) {
        for (int bytes : new int[] {2, 4, 8}) {
          long va = VA + 4096 - bytes / 2;
          long value = 0x8877_6655_4433_2211L;
          if (bytes == 2) {
            vm.mmu.store16(va, value);
            assertEquals(0x2211, vm.mmu.load16(va));
          } else if (bytes == 4) {
            vm.mmu.store32(va, value);
            assertEquals(0x4433_2211L, vm.mmu.load32(va));
          } else {
            vm.mmu.store64(va, value);
            assertEquals(value, vm.mmu.load64(va));
            assertEquals(0x4433_2211L, vm.memory.read(0x20_3FFC, 4));
            assertEquals(0x8877_6655L, vm.memory.read(0x20_9000, 4));
          }
        }
      }
      vm.pte(VA + 4096, 0);
      vm.mmu.invlpg(VA + 4096);
      assertEquals(2, vm.fault(() -> vm.mmu.store64(VA + 4092, 0)));
      assertEquals(0x4433_2211L, vm.memory.read(0x20_3FFC, 4), "nothing was written");
      long[] xmm = {1, 2};
      assertEquals(0, vm.fault(() -> vm.mmu.load128(VA + 4088, xmm, 0)));
      assertArrayEquals(new long[] {1, 2}, xmm);
    }
  }

  @Test
  void pae() {
    try (Vm vm = new Vm()) {
      long pdpt = vm.table();
      long pd = vm.table();
      long pt = vm.table();
      vm.memory.write(pdpt + 3 * 8, 8, pd | Vm.P);
      vm.memory.write(pd, 8, pt | RWU);
      vm.memory.write(pd + 8, 8, 0x60_0000 | RWU | Vm.PS);
      vm.memory.write(pt + 8, 8, 0x20_7000 | RWU);
      vm.s.cr4 = CpuState.CR4_PAE;
      vm.cr0(CpuState.CR0_PE);
      vm.s.cr0 |= CpuState.CR0_PG;
      vm.cr3(pdpt);
      vm.mmu.store32(0xC000_1004L, 0xABCD);
      assertEquals(0xABCD, vm.memory.read(0x20_7004, 4));
      vm.mmu.store32(0xC020_1234L, 0x1234);
      assertEquals(0x1234, vm.memory.read(0x60_1234, 4));
      vm.memory.write(pdpt + 3 * 8, 8, 0);
      vm.mmu.reset();
      assertEquals(
          0xABCD, vm.mmu.load32(0xC000_1004L), "the PDPTE registers are loaded with CR3 only");
      vm.memory.write(pdpt, 8, pd | Vm.P | Vm.W);
      assertEquals(-13, vm.fault(() -> vm.mmu.checkPdptes(pdpt)), "R/W is reserved in a PDPTE");
      vm.memory.write(pdpt, 8, 0);
      vm.cr3(pdpt);
      assertEquals(0, vm.fault(() -> vm.mmu.load32(0xC000_1004L)));
    }
  }

  @Test
  void thirtyTwoBitPagingWithFourMebibytePages() {
    try (Vm vm = new Vm()) {
      long pd = vm.table();
      long pt = vm.table();
      vm.memory.write(pd, 4, pt | RWU);
      vm.memory.write(pd + 4 * 0x3FF, 4, 0x80_0000 | RWU | Vm.PS);
      vm.memory.write(pt + 4 * 5, 4, 0x20_1000 | RWU);
      vm.s.cr0 = CpuState.CR0_PE | CpuState.CR0_PG;
      vm.s.cr4 = CpuState.CR4_PSE;
      vm.cr3(pd);
      vm.mmu.store64(0x5000, 99);
      assertEquals(99, vm.memory.read(0x20_1000, 8));
      assertEquals(RWU | Vm.A | Vm.D | 0x20_1000, vm.memory.read(pt + 20, 4));
      vm.memory.write(0x80_0000 + 0x12345, 1, 0x5A);
      assertEquals(0x5A, vm.mmu.load8(0xFFC1_2345L));
      assertEquals(22, vm.entries().getLast().pageShift());
      assertEquals(0x80_0000 + 0x12345, vm.mmu.translateQuiet(0xFFC1_2345L));
      assertEquals(-1, vm.mmu.translateQuiet(0x6000));
      vm.memory.write(pd + 4 * 0x3FE, 4, 0xA0_0000 | RWU | Vm.PS);
      assertEquals(
          9, vm.fault(() -> vm.mmu.load8(0xFF80_0000L)), "bit 21 of a 4 MiB page is reserved");
    }
  }

  @Test
  void quietTranslationLeavesNoTrace() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_0000, RWU)) {
      assertEquals(0x20_0123, vm.mmu.translateQuiet(VA + 0x123));
      assertEquals(-1, vm.mmu.translateQuiet(VA + 0x1123));
      assertEquals(-1, vm.mmu.translateQuiet(1L << 50));
      assertEquals(0, vm.pte(VA) & Vm.A);
      assertTrue(vm.entries().isEmpty() && vm.mmu.tlb().structureEntries().isEmpty());
    }
  }

  @Test
  void neighbouringPagesHaveSlotsOfTheirOwnAndACrossingAccessReadsBoth() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_3000, RWU).map(VA + 4096, 0x20_9000, RWU)) {
      for (long va = 0x3FF0_0000L; va < 0x4010_0000L; va += 4096) {
        assertFalse(LookAside.slot(va) == LookAside.slot(va + 4096));
      }
      vm.memory.write(0x20_3FFC, 4, 0x1111_1111);
      vm.memory.write(0x20_9000, 4, 0x2222_2222);
      vm.mmu.load8(VA);
      vm.mmu.load8(VA + 4096);
      assertEquals(0x2222_2222_1111_1111L, vm.mmu.load64(VA + 4092));
      assertTrue(
          vm.mmu.hostAddressForRead(VA, 1) != 0 && vm.mmu.hostAddressForRead(VA + 4096, 1) != 0);
    }
  }
}
