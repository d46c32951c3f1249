package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.Flags;
import io.tlbscope.core.vcpu.Processor;
import jdk.internal.misc.Unsafe;

/** Superclass of the generated classes. */
public abstract class RegionCode {
  /** For the generated code's accesses to guest memory. */
  static final Unsafe U = Unsafe.getUnsafe();

  /** What COMPARE_EXCHANGE leaves in memory that holds {@code old}. */
  static long chosen(long operand, long expected, long old) {
    return old == expected ? operand : old;
  }

  /**
   * Has the look-aside serve an access that it did not.
   *
   * @param how bytes, 32 if it reads, 64 if it writes
   * @return false if the region must be left before the instruction
   */
  static boolean refill(Processor cpu, long va, int how) {
    return cpu.mmu.refill(va, how & 31, (how & 32) != 0, (how & 64) != 0);
  }

  /**
   * Runs from the region's head until it is left.
   *
   * @param r the vCPU's slots; written back when the region is left
   * @param x its XMM registers
   * @param table host address of the look-aside table in use
   * @param pages bit n: the region's code page n is where it was when it was translated
   * @param left instructions that may retire, at least {@link Region#need}
   * @return low half: number of the exit; high half: what is left of {@code left}, less {@link
   *     RegionExit#uncharged}
   */
  public abstract long run(
      Processor cpu, long[] r, Flags f, long[] x, long table, int pages, int left);
}
