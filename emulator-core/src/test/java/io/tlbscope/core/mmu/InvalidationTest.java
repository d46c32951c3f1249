package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tlbscope.core.cpu.CpuState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which operation drops which entry. Cached beforehand: the page of the operation's address (4K, 2M
 * or 1G) and another page, each for the current PCID 1 and for PCID 2, and as a global page.
 */
class InvalidationTest {
  private static final long RW = Vm.P | Vm.W;
  private static final long AT = 0x0000_0100_0000_0000L;
  private static final long OTHER = 0x0000_0200_0000_0000L;
  private static final long AT_GLOBAL = 0x0000_0300_0000_0000L;
  private static final long OTHER_GLOBAL = 0x0000_0400_0000_0000L;

  private static final Map<String, Consumer<Vm>> OPERATIONS = new TreeMap<>();

  static {
    OPERATIONS.put("none", vm -> {});
    OPERATIONS.put("invlpg", vm -> both(vm, va -> vm.mmu.invlpg(va)));
    OPERATIONS.put("invpcid0-1", vm -> both(vm, va -> vm.mmu.invpcid(0, 1, va)));
    OPERATIONS.put("invpcid0-2", vm -> both(vm, va -> vm.mmu.invpcid(0, 2, va)));
    OPERATIONS.put("invpcid1-1", vm -> vm.mmu.invpcid(1, 1, 0));
    OPERATIONS.put("invpcid1-2", vm -> vm.mmu.invpcid(1, 2, 0));
    OPERATIONS.put("invpcid2", vm -> vm.mmu.invpcid(2, 0, 0));
    OPERATIONS.put("invpcid3", vm -> vm.mmu.invpcid(3, 0, 0));
    OPERATIONS.put("cr3-1", vm -> vm.cr3(vm.root() | 1));
    OPERATIONS.put("cr3-2", vm -> vm.cr3(vm.root() | 2));
    OPERATIONS.put("cr3-1-noflush", vm -> vm.cr3(vm.root() | 1 | Vm.NOFLUSH));
    OPERATIONS.put("cr3-2-noflush", vm -> vm.cr3(vm.root() | 2 | Vm.NOFLUSH));
    OPERATIONS.put("cr4-pge", vm -> vm.cr4(vm.s.cr4 & ~CpuState.CR4_PGE));
    OPERATIONS.put("cr4-pcide-off", vm -> vm.cr4(vm.s.cr4 & ~CpuState.CR4_PCIDE));
    OPERATIONS.put("cr4-smep-on", vm -> vm.cr4(vm.s.cr4 | CpuState.CR4_SMEP));
    OPERATIONS.put("cr4-pae", vm -> vm.cr4(vm.s.cr4 & ~CpuState.CR4_PAE));
    OPERATIONS.put("cr4-pse", vm -> vm.cr4(vm.s.cr4 | CpuState.CR4_PSE));
    OPERATIONS.put("cr4-osfxsr", vm -> vm.cr4(vm.s.cr4 | CpuState.CR4_OSFXSR));
    OPERATIONS.put("cr4-smap-on", vm -> vm.cr4(vm.s.cr4 | CpuState.CR4_SMAP));
    OPERATIONS.put("cr0-pg-off", vm -> vm.cr0(vm.s.cr0 & ~CpuState.CR0_PG));
    OPERATIONS.put("cr0-wp-off", vm -> vm.cr0(vm.s.cr0 & ~CpuState.CR0_WP));
    OPERATIONS.put(
        "page-fault",
        vm -> {
          vm.cpl(3);
          both(vm, va -> vm.fault(() -> vm.mmu.load8(va)));
        });
    OPERATIONS.put("invlpgb-va", vm -> both(vm, va -> vm.mmu.invlpgb(1, va, 0, 0, false)));
    OPERATIONS.put("invlpgb-va-pcid2", vm -> both(vm, va -> vm.mmu.invlpgb(3, va, 2, 0, false)));
    OPERATIONS.put("invlpgb-va-global", vm -> both(vm, va -> vm.mmu.invlpgb(9, va, 0, 0, false)));
    OPERATIONS.put("invlpgb-pcid1", vm -> vm.mmu.invlpgb(2, 0, 1, 0, false));
    OPERATIONS.put("invlpgb-all-global", vm -> vm.mmu.invlpgb(8, 0, 0, 0, false));
    OPERATIONS.put(
        "invlpgb-not-canonical", vm -> vm.mmu.invlpgb(9, Long.MAX_VALUE & -4096, 0, 0xFFFF, true));
    OPERATIONS.put("reset", vm -> vm.mmu.reset());
  }

  private static void both(Vm vm, Consumer<Long> atVa) {
    atVa.accept(AT + 0x123);
    atVa.accept(AT_GLOBAL + 0x123);
  }

  /**
   * Columns: current PCID at the address, current elsewhere, PCID 2 at the address, PCID 2
   * elsewhere, global at, global elsewhere.
   */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "none,               KKKK KK",
    "invlpg,             dKKK dK",
    "invpcid0-1,         dKKK KK",
    "invpcid0-2,         KKdK KK",
    "invpcid1-1,         ddKK KK",
    "invpcid1-2,         KKdd KK",
    "invpcid2,           dddd dd",
    "invpcid3,           dddd KK",
    "cr3-1,              ddKK KK",
    "cr3-2,              KKdd KK",
    "cr3-1-noflush,      KKKK KK",
    "cr3-2-noflush,      KKKK KK",
    "cr4-pge,            dddd dd",
    "cr4-pcide-off,      dddd dd",
    "cr4-smep-on,        ddKK dd",
    "cr4-pae,            ddKK dd",
    "cr4-pse,            ddKK dd",
    "cr4-osfxsr,         KKKK KK",
    "cr4-smap-on,        KKKK KK",
    "cr0-pg-off,         dddd dd",
    "cr0-wp-off,         KKKK KK",
    "page-fault,         dKKK dK",
    "invlpgb-va,         dKdK KK",
    "invlpgb-va-pcid2,   KKdK KK",
    "invlpgb-va-global,  dKdK dK",
    "invlpgb-pcid1,      ddKK KK",
    "invlpgb-all-global, dddd dd",
    "invlpgb-not-canonical, KKKK KK",
    "reset,              dddd dd",
  })
  void dropsWhatTheManualSaysAndNothingElse(String operation, String expected) {
    for (TlbGeometry geometry : new TlbGeometry[] {TlbGeometry.DEFAULT, TlbGeometry.UNBOUNDED}) {
      for (int shift : new int[] {12, 21, 30}) {
        try (Vm vm = cached(geometry, shift)) {
          OPERATIONS.get(operation).accept(vm);
          List<Boolean> kept = new ArrayList<>();
          for (int pcid = 1; pcid <= 2; pcid++) {
            kept.add(holds(vm, AT, pcid));
            kept.add(holds(vm, OTHER, pcid));
          }
          kept.add(holds(vm, AT_GLOBAL, -1));
          kept.add(holds(vm, OTHER_GLOBAL, -1));
          StringBuilder text = new StringBuilder();
          kept.forEach(k -> text.append(k ? 'K' : 'd'));
          assertEquals(
              expected.replace(" ", ""), text.toString(), operation + ", pages of 2^" + shift);
        }
      }
    }
  }

  private static Vm cached(TlbGeometry geometry, int shift) {
    Vm vm = new Vm(geometry).longMode().pcids();
    for (long va : new long[] {AT, OTHER}) {
      vm.map(va, 0, shift, RW);
    }
    for (long va : new long[] {AT_GLOBAL, OTHER_GLOBAL}) {
      vm.map(va, 0, shift, RW | Vm.G);
    }
    for (int pcid = 2; pcid >= 1; pcid--) {
      vm.cr3(vm.root() | pcid | Vm.NOFLUSH);
      for (long va : new long[] {AT, OTHER, AT_GLOBAL, OTHER_GLOBAL}) {
        vm.mmu.load8(va);
      }
    }
    assertEquals(6, vm.entries().size());
    return vm;
  }

  private static boolean holds(Vm vm, long va, int pcid) {
    return vm.entries().stream()
        .anyMatch(e -> e.va() == va && (pcid < 0 ? e.global() : !e.global() && e.pcid() == pcid));
  }

  /** FreeBSD-EN-26:10's mechanism: the stride names addresses, not ranges. */
  @ParameterizedTest
  @CsvSource({"false, 3, 4", "true, 1, 2", "false, 0, 1"})
  void aRangedBroadcastDropsOnlyEntriesThatHoldANamedAddress(
      boolean stride2M, int count, int dropped) {
    try (Vm vm = new Vm().longMode()) {
      for (long offset = 0; offset < 8 * 4096; offset += 4096) {
        vm.map(AT + offset, 0x20_0000, RW).mmu.load8(AT + offset);
      }
      vm.map(AT + 0x20_0000, 0x40_0000, 21, RW).mmu.load8(AT + 0x23_4567);
      vm.mmu.invlpgb(1, AT, 0, count, stride2M);
      assertEquals(9 - dropped, vm.entries().size());
    }
  }

  @Test
  void aBroadcastForAnAddressThatIsNotCanonicalDropsNothing() {
    long kernel = 0xFFFF_8000_0000_0000L;
    try (Vm vm = new Vm().longMode().map(kernel, 0, RW)) {
      vm.mmu.load8(kernel);
      vm.mmu.invlpgb(1, Long.MAX_VALUE & -4096, 0, 0, false);
      vm.mmu.invlpgb(1, Long.MIN_VALUE, 0, 0, false);
      assertEquals(1, vm.entries().size());
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void controlRegister3WithoutPcidsKeepsGlobalsAlone(boolean sameRoot) {
    try (Vm vm = new Vm().longMode().map(AT, 0, RW).map(AT_GLOBAL, 0, RW | Vm.G)) {
      vm.mmu.load8(AT);
      vm.mmu.load8(AT_GLOBAL);
      vm.cr3(sameRoot ? vm.root() : vm.table());
      assertEquals(1, vm.entries().size());
      assertEquals(AT_GLOBAL, vm.entries().getFirst().va());
    }
  }
}
