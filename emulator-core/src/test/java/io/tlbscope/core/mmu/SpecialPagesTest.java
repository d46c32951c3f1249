package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.memory.MmioDevice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pages that must not be served by the look-aside, paging off and on. */
class SpecialPagesTest {
  @Test
  void deviceAccessesReachTheDeviceAndLeaveTheBlock() {
    try (Vm vm = new Vm()) {
      List<String> log = new ArrayList<>();
      vm.memory.map(
          0xFED0_0000L,
          0x1000,
          new MmioDevice() {
            @Override
            public long read(long pa, int size) {
              return 0x1_2345_6789L;
            }

            @Override
            public void write(long pa, int size, long value) {
              log.add("%x %d %x".formatted(pa, size, value));
            }
          });
      assertEquals(0x2345_6789L, vm.mmu.load32(0xFED0_0010L));
      vm.mmu.store16(0xFED0_0020L, 0xABCDEF);
      assertEquals(List.of("fed00020 2 cdef"), log);
      assertEquals(2, vm.blocksLeft);
      assertEquals(0xFFFF, vm.mmu.load16(0xFEE0_0000L), "nobody's");
      vm.mmu.store64(0xFEE0_0000L, 0);
      assertEquals(
          "fetch-outside-ram",
          assertThrows(EmulatorError.class, () -> vm.mmu.fetch(0xFEE0_0000L)).name());
    }
  }

  @Test
  void storesToCodeLeaveTheBlockOnce() {
    try (Vm vm = new Vm()) {
      List<Long> told = new ArrayList<>();
      vm.memory.codeWatcher(told::add);
      vm.mmu.store8(0x5000, 1);
      vm.memory.markCode(0x5000);
      vm.mmu.store8(0x5001, 1);
      vm.mmu.store8(0x5002, 1);
      assertEquals(List.of(0x5000L), told);
      assertEquals(1, vm.blocksLeft);
    }
  }

  @Test
  void anAccessedBitThatTheWalkerSetsCountsAsAStoreToTheCodeBesideIt() {
    try (Vm vm = new Vm().longMode().map(0x8000, 0x20_0000, Vm.P)) {
      List<Long> told = new ArrayList<>();
      vm.memory.codeWatcher(told::add);
      long table = vm.entry(0x8000, 12) & -4096;
      vm.memory.markCode(table);
      vm.mmu.load8(0x8000);
      vm.mmu.dropLookAside();
      vm.mmu.load8(0x8000);
      assertEquals(List.of(table), told);
    }
  }

  @Test
  void addressesWrapAtFourGibibytesOutsideLongMode() {
    try (Vm vm = new Vm()) {
      vm.memory.write(0, 4, 0x1234_5678);
      assertEquals(0x5678_FFFFL, vm.mmu.load32(0xFFFF_FFFEL));
    }
  }

  @Test
  void hostAddressesAreGivenOnlyForWholeRangesBehindTheLookAside() {
    try (Vm vm = new Vm()) {
      assertEquals(0, vm.mmu.hostAddressForRead(0x7000, 16));
      vm.mmu.load8(0x7000);
      assertEquals(vm.memory.ha(0x7010), vm.mmu.hostAddressForRead(0x7010, 0xFF0));
      assertEquals(0, vm.mmu.hostAddressForRead(0x7010, 0xFF1));
      assertEquals(0, vm.mmu.hostAddressForWrite(0x7010, 1));
      vm.mmu.store8(0x7000, 0);
      assertNotEquals(0, vm.mmu.hostAddressForWrite(0x7010, 1));
      vm.memory.watch(0x7000, true, false);
      assertEquals(0, vm.mmu.hostAddressForRead(0x7010, 1));
    }
  }

  @Test
  void returningToUserModeMakesItsFetchesGoodAgain() {
    try (Vm vm = new Vm().longMode().map(0x8000, 0x20_0000, Vm.P | Vm.U)) {
      vm.cpl(3);
      vm.mmu.fetch(0x8000);
      long user = vm.mmu.fetchGeneration();
      vm.cpl(0);
      assertNotEquals(user, vm.mmu.fetchGeneration());
      vm.cpl(3);
      assertEquals(user, vm.mmu.fetchGeneration());
      vm.mmu.invlpg(0x8000);
      assertNotEquals(user, vm.mmu.fetchGeneration());
    }
  }
}
