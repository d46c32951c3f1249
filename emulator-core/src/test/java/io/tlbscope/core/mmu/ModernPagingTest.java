package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.TlbLevel;
import org.junit.jupiter.api.Test;

/** 5-level paging, protection keys, alignment checks (Intel SDM vol. 3A, 4.5, 4.6.2 and 6.15). */
class ModernPagingTest {
  private static final long VA = 0x40_0000_1000L;
  private static final int ALLOWED = -1, KEY = 0x21, WRITE = 2, USER = 4;

  private static Vm keys() {
    Vm vm = new Vm().longMode();
    vm.map(VA, 0x20_0000, Vm.P | Vm.W | Vm.U | 5L << 59);
    vm.cr4(vm.s.cr4 | CpuState.CR4_PKE);
    return vm;
  }

  private static void pkru(Vm vm, int value) {
    vm.s.pkru = value;
    vm.mmu.keysChanged();
  }

  @Test
  void aKeysRightsGovernDataAccessesOfBothLevels() {
    try (Vm vm = keys()) {
      for (int cpl : new int[] {0, 3}) {
        int user = cpl == 3 ? USER : 0;
        vm.cpl(cpl);
        pkru(vm, 0);
        assertEquals(ALLOWED, vm.fault(() -> vm.mmu.store8(VA, 1)));
        pkru(vm, 2 << 10);
        assertEquals(ALLOWED, vm.fault(() -> vm.mmu.load8(VA)), "write disable");
        assertEquals(KEY | WRITE | user, vm.fault(() -> vm.mmu.store8(VA, 1)));
        pkru(vm, 1 << 10);
        assertEquals(KEY | user, vm.fault(() -> vm.mmu.load8(VA)), "access disable");
        assertEquals(ALLOWED, vm.fault(() -> vm.mmu.fetch(VA)), "fetches are not data");
        pkru(vm, ~(3 << 10));
        assertEquals(ALLOWED, vm.fault(() -> vm.mmu.store8(VA, 1)), "other keys do not count");
      }
    }
  }

  @Test
  void theTlbKeepsTheKeyAndPkruIsAskedOnEachUse() {
    try (Vm vm = keys()) {
      vm.cpl(3);
      assertEquals(ALLOWED, vm.fault(() -> vm.mmu.load8(VA)));
      vm.pte(VA, 0x20_0000 | Vm.P | Vm.W | Vm.U);
      pkru(vm, 1 << 10);
      assertEquals(KEY | USER, vm.fault(() -> vm.mmu.load8(VA)), "the old key until INVLPG");
      assertEquals(ALLOWED, vm.fault(() -> vm.mmu.load8(VA)), "the fault dropped it");
    }
  }

  @Test
  void withoutWpTheKernelMayWriteWhatWriteDisableForbids() {
    try (Vm vm = keys()) {
      vm.cr0(CpuState.CR0_PE | CpuState.CR0_PG);
      pkru(vm, 2 << 10);
      assertEquals(ALLOWED, vm.fault(() -> vm.mmu.store8(VA, 1)));
      vm.cpl(3);
      assertEquals(KEY | WRITE | USER, vm.fault(() -> vm.mmu.store8(VA, 1)));
    }
  }

  @Test
  void fiveLevelsTranslate57BitsThroughAPml5e() {
    try (Vm vm = new Vm().longMode()) {
      vm.map(VA, 0x20_0000, Vm.P | Vm.W);
      vm.memory.write(0x20_0008, 8, 0x77);
      long top = vm.table();
      long va = 5L << 48 | VA;
      vm.memory.write(top + 5 * 8, 8, vm.root() | Vm.P | Vm.W);
      vm.s.efer &= ~CpuState.EFER_LMA;
      vm.s.cr4 |= CpuState.CR4_LA57;
      vm.s.efer |= CpuState.EFER_LMA;
      vm.cr3(top);
      assertEquals(0x77, vm.mmu.load64(va + 8));
      assertEquals(0x20_0008, vm.mmu.translateQuiet(va + 8));
      assertEquals(0, vm.fault(() -> vm.mmu.load8(VA)), "PML5E 0 is not present");
      assertEquals(-GuestFault.GP, vm.fault(() -> vm.mmu.load8(1L << 56)), "not canonical");
      assertTrue(
          vm.mmu.tlb().structureEntries().stream().anyMatch(e -> e.level() == TlbLevel.PML5E));
      vm.mmu.invlpg(va);
      assertEquals(0, vm.mmu.tlb().structureEntries().size(), "INVLPG drops them all");
    }
  }

  @Test
  void unalignedUserAccessesFaultWhileAmAndAcAreSet() {
    try (Vm vm = new Vm().longMode()) {
      vm.map(VA, 0x20_0000, Vm.P | Vm.W | Vm.U);
      vm.cpl(3);
      assertEquals(ALLOWED, vm.fault(() -> vm.mmu.load32(VA + 1)));
      vm.cr0(vm.s.cr0 | CpuState.CR0_AM);
      assertEquals(ALLOWED, vm.fault(() -> vm.mmu.load32(VA + 1)), "AC is clear");
      vm.s.flags.system(CpuState.AC);
      vm.mmu.modeChanged();
      assertEquals(-GuestFault.AC, vm.fault(() -> vm.mmu.load32(VA + 1)));
      assertEquals(-GuestFault.AC, vm.fault(() -> vm.mmu.store16(VA + 3, 0)));
      assertEquals(-GuestFault.AC, vm.fault(() -> vm.mmu.load64(VA + 4)));
      assertEquals(ALLOWED, vm.fault(() -> vm.mmu.load64(VA + 8)));
      assertEquals(ALLOWED, vm.fault(() -> vm.mmu.loadSystem(VA + 1, 4)), "the processor's own");
      vm.cpl(0);
      assertEquals(ALLOWED, vm.fault(() -> vm.mmu.load32(VA + 1)), "only at CPL 3");
    }
  }
}
