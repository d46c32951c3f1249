package io.tlbscope.core.mmu;

/**
 * Nanoseconds a load through the look-aside, with a stale look-aside (TLB hit) and with an empty
 * TLB (page walk). Reports, asserts nothing; run its main method with the test class path.
 */
public final class LookAsideBenchmark {
  private static final long VA = 0x40_0000_0000L;
  private static final int PAGES = 64;

  private LookAsideBenchmark() {}

  public static void main(String[] arguments) {
    try (Vm vm = new Vm().longMode()) {
      for (int i = 0; i < PAGES; i++) {
        vm.map(VA + i * 4096L, 0x20_0000 + i * 4096L, Vm.P | Vm.W | Vm.A | Vm.D);
      }
      long sum = 0;
      for (int round = 0; round < 6; round++) {
        long start = System.nanoTime();
        sum += hits(vm.mmu, 40_000);
        double hit = (System.nanoTime() - start) / (40_000.0 * 512);
        start = System.nanoTime();
        sum += copies(vm.mmu, 40_000);
        double copy = (System.nanoTime() - start) / (40_000.0 * 256);
        start = System.nanoTime();
        for (int i = 0; i < 4_000; i++) {
          vm.mmu.dropLookAside();
          sum += pages(vm.mmu);
        }
        double tlb = (System.nanoTime() - start) / (4_000.0 * PAGES);
        start = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
          vm.mmu.cr3Written(vm.s.cr3);
          sum += pages(vm.mmu);
        }
        double walk = (System.nanoTime() - start) / (1_000.0 * PAGES);
        System.out.printf(
            "load %.2f ns, load+store %.2f ns, TLB hit %.1f ns, walk %.1f ns (%d)%n",
            hit, copy, tlb, walk, sum & 1);
      }
    }
  }

  private static long hits(Mmu mmu, int times) {
    long sum = 0;
    for (int i = 0; i < times; i++) {
      for (long va = VA; va < VA + 4096; va += 8) {
        sum += mmu.load64(va);
      }
    }
    return sum;
  }

  private static long copies(Mmu mmu, int times) {
    for (int i = 0; i < times; i++) {
      for (long va = VA; va < VA + 2048; va += 8) {
        mmu.store64(va + 0x5000, mmu.load64(va));
      }
    }
    return 0;
  }

  private static long pages(Mmu mmu) {
    long sum = 0;
    for (int i = 0; i < PAGES; i++) {
      sum += mmu.load64(VA + i * 4096L);
    }
    return sum;
  }
}
