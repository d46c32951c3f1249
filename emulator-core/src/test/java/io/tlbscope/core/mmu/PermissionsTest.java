package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.cpu.CpuState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every combination of page rights, control bits and access against the sentences of Intel SDM vol.
 * 3A, 4.6.1 and 4.7.
 */
class PermissionsTest {
  private static final long VA = 0x40_0000_1000L;
  private static final int ALLOWED = -1;

  private enum Kind {
    READ,
    WRITE,
    FETCH,
    SYSTEM_READ,
    SYSTEM_WRITE
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void everyCombinationOfRightsAndControlBitsGivesTheManualsAnswer(int cpl) {
    try (Vm vm = new Vm().longMode()) {
      int count = 0;
      for (int bits = 0; bits < 1 << 8; bits++) {
        boolean user = (bits & 1) != 0;
        boolean writable = (bits & 2) != 0;
        boolean nx = (bits & 4) != 0;
        boolean wp = (bits & 8) != 0;
        boolean smep = (bits & 16) != 0;
        boolean smap = (bits & 32) != 0;
        boolean ac = (bits & 64) != 0;
        boolean upper = (bits & 128) != 0;
        vm.s.cpl = cpl;
        vm.s.flags.system(ac ? CpuState.AC : 0);
        vm.cr0(CpuState.CR0_PE | CpuState.CR0_PG | (wp ? CpuState.CR0_WP : 0));
        vm.cr4(
            CpuState.CR4_PAE
                | CpuState.CR4_PGE
                | (smep ? CpuState.CR4_SMEP : 0)
                | (smap ? CpuState.CR4_SMAP : 0));
        for (Kind kind : Kind.values()) {
          rights(vm, user, writable, nx, upper);
          vm.mmu.reset();
          int expected = expected(cpl, user, writable, nx, wp, smep, smap, ac, kind);
          String which = "%s cpl=%d bits=0x%x".formatted(kind, cpl, bits);
          assertEquals(expected, access(vm, kind), which + " on a miss");
          assertEquals(expected, access(vm, kind), which + " again");
          count++;
        }
      }
      assertEquals(256 * 5, count);
    }
  }

  /** Rights come from the leaf with a generous directory, or the other way round. */
  private static void rights(Vm vm, boolean user, boolean writable, boolean nx, boolean upper) {
    long narrow = Vm.P | (user ? Vm.U : 0) | (writable ? Vm.W : 0) | (nx ? Vm.NX : 0);
    long wide = Vm.P | Vm.U | Vm.W;
    vm.map(VA, 0x20_0000, upper ? wide : narrow);
    long pde = vm.entry(VA, 21);
    vm.memory.write(
        pde, 8, vm.memory.read(pde, 8) & 0x000F_FFFF_FFFF_F000L | (upper ? narrow : wide));
  }

  private static int access(Vm vm, Kind kind) {
    return vm.fault(
        () -> {
          switch (kind) {
            case READ -> vm.mmu.load32(VA);
            case WRITE -> vm.mmu.store32(VA, 7);
            case FETCH -> vm.mmu.fetch(VA);
            case SYSTEM_READ -> vm.mmu.loadSystem(VA, 8);
            case SYSTEM_WRITE -> vm.mmu.storeSystem(VA, 8, 1);
          }
        });
  }

  private static int expected(
      int cpl,
      boolean user,
      boolean writable,
      boolean nx,
      boolean wp,
      boolean smep,
      boolean smap,
      boolean ac,
      Kind kind) {
    boolean implicit = kind == Kind.SYSTEM_READ || kind == Kind.SYSTEM_WRITE;
    boolean write = kind == Kind.WRITE || kind == Kind.SYSTEM_WRITE;
    boolean fetch = kind == Kind.FETCH;
    boolean asUser = cpl == 3 && !implicit;
    boolean bad = false;
    if (asUser) {
      bad |= !user;
      bad |= write && !writable;
    } else {
      bad |= !fetch && user && smap && (implicit || !ac);
      bad |= write && !writable && wp;
      bad |= fetch && user && smep;
    }
    bad |= fetch && nx;
    return bad ? 1 + (write ? 2 : 0) + (asUser ? 4 : 0) + (fetch ? 16 : 0) : ALLOWED;
  }

  @Test
  void anErrorCodeNamesTheFetchOnlyWhenSmepOrNxeIsOn() {
    try (Vm vm = new Vm().longMode()) {
      assertEquals(16, vm.fault(() -> vm.mmu.fetch(VA)));
      vm.s.efer &= ~CpuState.EFER_NXE;
      vm.mmu.modeChanged();
      assertEquals(0, vm.fault(() -> vm.mmu.fetch(VA)));
      vm.cr4(vm.s.cr4 | CpuState.CR4_SMEP);
      assertEquals(16, vm.fault(() -> vm.mmu.fetch(VA)));
    }
  }

  @Test
  void aFaultLeavesItsAddressInCr2() {
    try (Vm vm = new Vm().longMode()) {
      vm.map(VA, 0x20_0000, Vm.P | Vm.W | Vm.U);
      vm.cpl(3);
      assertEquals(6, vm.fault(() -> vm.mmu.store64(VA + 4093, 0)));
      assertEquals(VA + 4096, vm.s.cr2, "the second page's first byte");
      assertEquals(4, vm.fault(() -> vm.mmu.load8(VA + 4097)));
      assertEquals(VA + 4097, vm.s.cr2);
    }
  }

  @Test
  void nonCanonicalAddressesRaiseGeneralProtection() {
    try (Vm vm = new Vm().longMode()) {
      assertEquals(-13, vm.fault(() -> vm.mmu.load64(1L << 47)));
      assertEquals(-13, vm.fault(() -> vm.mmu.store8(-1L << 48, 0)));
    }
  }
}
