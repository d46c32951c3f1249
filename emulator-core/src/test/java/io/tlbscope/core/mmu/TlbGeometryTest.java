package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.EmulatorError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlbGeometryTest {
  private static final long VA = 0x5000_0000L;

  @Test
  void namedArraysChangeAndTheOthersKeepTheirDefault() {
    TlbGeometry geometry = TlbGeometry.parse("l1d=8x2, l2=96x12");
    assertEquals(new TlbGeometry.Array(8, 2), geometry.l1d());
    assertEquals(8, geometry.l2().sets());
    assertEquals(TlbGeometry.DEFAULT.l1i(), geometry.l1i());
    assertTrue(TlbGeometry.parse("unbounded").unbounded());
    assertEquals(TlbGeometry.DEFAULT, TlbGeometry.parse("default"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "big",
        "l1d",
        "l1d=",
        "l1d=64",
        "l1d=0x4",
        "l1d=64x0",
        "l1d=64x5",
        "l1d=12x2",
        "l3=4x4",
        "l1d=64x4,",
        "l1d=-4x2",
        "l1d=99999999x1"
      })
  void aWrongTextIsRefusedWithItself(String text) {
    EmulatorError error = assertThrows(EmulatorError.class, () -> TlbGeometry.parse(text));
    assertEquals("tlb-geometry", error.name());
    assertTrue(error.getMessage().startsWith("--tlb " + text + ": "), error.getMessage());
  }

  private static Vm touched(String geometry, int pages) {
    Vm vm = new Vm(TlbGeometry.parse(geometry)).longMode();
    for (int i = 0; i < pages; i++) {
      vm.map(VA + i * 4096L, 0x20_0000, Vm.P | Vm.W).mmu.load8(VA + i * 4096L);
    }
    return vm;
  }

  @Test
  void aFiniteTlbEvictsTheLeastRecentlyUsedOfASetAndAnUnboundedOneNothing() {
    try (Vm vm = touched("l1d=1x1,l2=4x4", 4)) {
      vm.mmu.dropLookAside();
      vm.mmu.load8(VA);
      vm.map(VA + 4 * 4096, 0x20_0000, Vm.P).mmu.load8(VA + 4 * 4096);
      assertTrue(vm.cached(VA), "used again");
      assertFalse(vm.cached(VA + 4096), "the oldest");
      assertEquals(4, vm.entries().size());
    }
    try (Vm vm = touched("unbounded", 3000)) {
      assertEquals(3000, vm.entries().size());
    }
    try (Vm vm = touched("default", 3000)) {
      assertEquals(
          1536,
          vm.entries().stream()
              .filter(e -> ((CachedTranslation) e).copies >= CachedTranslation.IN_L2)
              .count());
    }
  }

  @Test
  void anEntryLivesUntilItsLastCopyGoes() {
    try (Vm vm = touched("l1d=4x4,l2=1x1", 4)) {
      assertEquals(4, vm.entries().size(), "L2 holds one of them, the first level all");
    }
    try (Vm vm = touched("l1d=1x1,l2=4x4", 4)) {
      assertEquals(4, vm.entries().size());
    }
  }

  @Test
  void anEvictedPageIsWalkedAgain() {
    try (Vm vm = touched("l1d=1x1,l2=1x1", 2)) {
      vm.pte(VA, 0x20_1000 | Vm.P);
      vm.memory.write(0x20_1000, 1, 0x42);
      assertEquals(0x42, vm.mmu.load8(VA), "neither TLB nor look-aside had it");
    }
  }
}
