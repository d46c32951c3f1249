package io.tlbscope.core.mmu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.SeededChoice;
import io.tlbscope.core.memory.AtomicKind;
import io.tlbscope.core.memory.MmioDevice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who sees a buffered store when: the vCPU itself, memory, the page walker, code, devices. */
class BufferedStoresTest {
  /** No store stays longer, in ticks. */
  private static final long LONGEST = 1 << 10;

  private final Vm vm = new Vm();
  private BufferedStores stores;

  @BeforeEach
  void buffer() {
    stores = new BufferedStores(vm.vcpu, vm.memory, new SeededChoice(5));
    vm.mmu.buffer(stores);
  }

  @AfterEach
  void close() {
    vm.close();
  }

  /** A store that is not due when it is made. */
  private void store(long va, long value) {
    do {
      stores.drain();
      vm.mmu.store32(va, value);
    } while (stores.due() == vm.now);
  }

  @Test
  void itsOwnLoadsSeeAStoreAndMemoryDoesNotYet() {
    store(0x5000, 0x1234_5678);
    vm.mmu.store8(0x5001, 0xAA);
    assertEquals(0x1234_AA78L, vm.mmu.load32(0x5000));
    assertEquals(0, vm.memory.read(0x5000, 4));
    stores.drain();
    assertEquals(0x1234_AA78L, vm.memory.read(0x5000, 4));
    assertEquals(0x1234_AA78L, vm.mmu.load32(0x5000));
  }

  @Test
  void accessesAcrossPagesSeeBothParts() {
    vm.mmu.store64(0x5FFD, 0x8877_6655_4433_2211L);
    assertEquals(0x8877_6655_4433_2211L, vm.mmu.load64(0x5FFD));
    assertEquals(0x5544, vm.mmu.load16(0x6000));
    stores.drain();
    assertEquals(0x5544, vm.memory.read(0x6000, 2));
  }

  @Test
  void linearAddressesOfOnePageMeet() {
    vm.longMode().map(0x8000, 0x20_0000, Vm.P | Vm.W).map(0x9000, 0x20_0000, Vm.P | Vm.W);
    store(0x8010, 7);
    assertEquals(7, vm.mmu.load32(0x9010));
    assertEquals(0, vm.memory.read(0x20_0010, 4));
  }

  @Test
  void noStoreStaysLongerThanItsBound() {
    for (int i = 0; i < 2000; i++) {
      vm.now += 3;
      vm.mmu.store8(0x5000, i);
      assertTrue(stores.due() <= vm.now + LONGEST);
    }
    vm.now += LONGEST;
    stores.settle();
    assertEquals(Long.MAX_VALUE, stores.due());
    assertEquals(1999 & 0xFF, vm.memory.read(0x5000, 1));
  }

  @Test
  void aFullBufferLetsTheOldestGo() {
    store(0x5000, 1);
    for (int i = 0; i < StoreBuffer.CAPACITY; i++) {
      vm.mmu.store8(0x6000 + i, 1);
    }
    assertEquals(1, vm.memory.read(0x5000, 4));
  }

  @Test
  void lockedOperationsWaitForEarlierStoresAndHideNone() {
    store(0x5000, 1);
    vm.mmu.atomic(AtomicKind.ADD, 0x6000, 4, 0, 5);
    assertEquals(1, vm.memory.read(0x5000, 4));
    assertEquals(5, vm.memory.read(0x6000, 4));
    store(0x7FFE, 1);
    vm.mmu.atomic(AtomicKind.ADD, 0x7FFE, 4, 0, 5);
    assertEquals(6, vm.mmu.load32(0x7FFE));
    assertEquals(6, vm.memory.read(0x7FFE, 2), "an operand across pages");
    store(0x5000, 2);
    vm.mmu.compareExchange128(0x7000, new long[] {0, 0, 3, 4});
    assertEquals(2, vm.memory.read(0x5000, 4));
    assertEquals(4, vm.memory.read(0x7008, 8));
  }

  @Test
  void devicesAreReachedAfterEarlierStores() {
    List<Long> found = new ArrayList<>();
    vm.memory.map(
        0xFED0_0000L,
        0x1000,
        new MmioDevice() {
          @Override
          public long read(long pa, int size) {
            found.add(vm.memory.read(0x5000, 4));
            return 0;
          }

          @Override
          public void write(long pa, int size, long value) {
            found.add(vm.memory.read(0x5000, 4));
          }
        });
    store(0x5000, 1);
    vm.mmu.store32(0xFED0_0000L, 0);
    store(0x5000, 2);
    vm.mmu.load32(0xFED0_0000L);
    assertEquals(List.of(1L, 2L), found);
  }

  @Test
  void aWalkFindsThePageThatTheVcpuHasJustMadePresent() {
    vm.longMode().map(0x60_0000, 0x20_0000, 0);
    long entry = vm.entry(0x60_0000, 12);
    vm.map(0x70_0000, entry & -4096, Vm.P | Vm.W);
    vm.mmu.store64(0x70_0000 + (entry & 0xFFF), 0x20_0000 | Vm.P | Vm.W);
    vm.mmu.store8(0x60_0000, 9);
    assertEquals(Vm.A | Vm.D, vm.memory.read(entry, 8) & (Vm.A | Vm.D));
    stores.drain();
    assertEquals(9, vm.memory.read(0x20_0000, 1));
    assertEquals(Vm.A | Vm.D, vm.memory.read(entry, 8) & (Vm.A | Vm.D), "nothing undoes the bits");
  }

  @Test
  void aStoreToCodeIsInMemoryAtOnce() {
    List<Long> told = new ArrayList<>();
    vm.memory.codeWatcher(told::add);
    vm.memory.markCode(0x5000);
    vm.mmu.store8(0x5001, 1);
    assertEquals(1, vm.memory.read(0x5001, 1));
    assertEquals(List.of(0x5000L), told);
  }

  @Test
  void codeIsDecodedFromWhatWasStored() {
    store(0x5000, 0x90);
    vm.memory.markCode(0x6000);
    assertEquals(0, vm.memory.read(0x5000, 1));
    vm.memory.markCode(0x5000);
    assertEquals(0x90, vm.memory.read(0x5000, 1));
  }

  @Test
  void hooksAreToldWhenAStoreLeavesWithTheInstructionThatMadeIt() {
    try (HookTape tape = new HookTape()) {
      vm.memory.watch(0x5000, true, true);
      vm.rip = 0x1234;
      store(0x5004, 7);
      tape.take();
      vm.rip = 0x9999;
      vm.mmu.load32(0x5004);
      assertEquals(List.of("load 5004 5004 4 7"), tape.take());
      stores.drain();
      assertEquals(List.of("store 5004 5004 4 0 7"), tape.take());
      assertEquals(0x1234, stores.rip());
    }
  }
}
