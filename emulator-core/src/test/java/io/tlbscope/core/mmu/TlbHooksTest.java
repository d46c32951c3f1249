package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which seam is told what, how often and in which order. PDPTE-, PDE- and PML4E-cache entries take
 * serials 1 to 3.
 */
class TlbHooksTest {
  private static final long VA = 0x4000;
  private static final long RW = Vm.P | Vm.W;

  @Test
  void aMissTellsWalkThenFillAndAHitNothing() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_0000, RW);
        HookTape tape = new HookTape()) {
      vm.mmu.load8(VA);
      assertEquals(List.of("walk 4000 READ 200000 4", "fill #4 READ"), tape.take());
      vm.mmu.load8(VA);
      vm.mmu.dropLookAside();
      vm.mmu.load8(VA);
      assertEquals(List.of(), tape.take());
      vm.mmu.store8(VA, 0);
      assertEquals(
          List.of("walk 4000 WRITE 200000 1"), tape.take(), "to set D, from the PDE cache");
      vm.fault(() -> vm.mmu.load8(VA + 4096));
      assertEquals(List.of("walk 5000 READ ffffffffffffffff 1"), tape.take());
    }
  }

  @Test
  void invalidationTellsItsDropsFirst() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_0000, RW).map(VA + 4096, 0x20_0000, RW);
        HookTape tape = new HookTape()) {
      vm.mmu.load8(VA);
      vm.mmu.load8(VA + 4096);
      tape.take();
      vm.mmu.invlpg(VA + 1);
      assertEquals(List.of("drop #4 INVLPG", "invalidate INVLPG 4001 0 1"), tape.take());
      vm.mmu.invlpg(VA);
      assertEquals(List.of("invalidate INVLPG 4000 0 0"), tape.take());
      vm.cr3(vm.s.cr3);
      assertEquals(List.of("drop #5 CR3", "invalidate CR3 ffffffffffffffff 0 1"), tape.take());
    }
  }

  @Test
  void evictionIsToldWithTheLastCopyAndAFaultDropsOnce() {
    try (Vm vm = new Vm(TlbGeometry.parse("l1d=1x1,l2=2x1")).longMode();
        HookTape tape = new HookTape()) {
      for (int i = 0; i < 3; i++) {
        vm.map(VA + i * 4096, 0x20_0000, RW).mmu.load8(VA + i * 4096);
      }
      assertEquals(
          List.of("evict #4"), tape.take().stream().filter(l -> l.startsWith("evict")).toList());
      vm.cpl(3);
      vm.fault(() -> vm.mmu.load8(VA + 4096));
      assertEquals(List.of("drop #5 PAGE_FAULT", "invalidate PAGE_FAULT 5000 0 1"), tape.take());
    }
  }

  @Test
  void everyUseOfAWatchedEntryIsTold() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_0000, RW);
        HookTape tape = new HookTape()) {
      vm.mmu.store8(VA, 1);
      vm.mmu.fetch(VA);
      long generation = vm.mmu.fetchGeneration();
      tape.take();
      vm.mmu.tlb().watch(vm.entries().getFirst());
      assertNotEquals(generation, vm.mmu.fetchGeneration());
      vm.mmu.load8(VA + 1);
      vm.mmu.load8(VA + 2);
      vm.mmu.store16(VA + 3, 0);
      vm.mmu.fetch(VA + 9);
      generation = vm.mmu.fetchGeneration();
      assertNotEquals(generation, vm.mmu.fetchGeneration(), "each fetch has to ask");
      assertEquals(
          List.of("use #4 4001 READ", "use #4 4002 READ", "use #4 4003 WRITE", "use #4 4009 FETCH"),
          tape.take());
    }
  }

  @Test
  void watchedPagesTellLoadsAndStoresWithTheirBytes() {
    try (Vm vm = new Vm().longMode().map(VA, 0x20_0000, RW).map(VA + 4096, 0x20_5000, RW);
        HookTape tape = new HookTape()) {
      vm.mmu.store64(VA, 0x1122);
      tape.take();
      vm.memory.watch(0x20_0000, true, true);
      vm.memory.watch(0x20_0000, false, true);
      vm.mmu.store16(VA, 0xABCD);
      vm.mmu.load32(VA);
      vm.mmu.store32(VA + 4094, 0x44332211);
      assertEquals(
          List.of(
              "store 4000 200000 2 1122 abcd",
              "load 4000 200000 4 abcd",
              "store 4ffe 200ffe 2 0 2211"),
          tape.take().stream().filter(l -> l.startsWith("store") || l.startsWith("load")).toList());
      vm.memory.unwatch(0x20_0000, true, true);
      vm.mmu.load8(VA);
      vm.mmu.store8(VA, 1);
      assertEquals(
          List.of("store 4000 200000 1 cd 1"), tape.take(), "one watcher of stores is left");
      vm.memory.unwatch(0x20_0000, false, true);
      vm.mmu.store8(VA, 2);
      assertEquals(List.of(), tape.take());
    }
  }
}
