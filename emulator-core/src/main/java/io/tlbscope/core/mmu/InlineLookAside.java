package io.tlbscope.core.mmu;

import io.tlbscope.core.memory.HostMemory;

/**
 * The look-aside as translated code asks it: a page's addend (host address - va) or {@link #MISS}.
 * No side effects; the answer holds until the vCPU makes any access through its {@link Mmu}.
 */
public final class InlineLookAside {
  /** No addend: those are multiples of a page. */
  public static final long MISS = 1;

  private InlineLookAside() {}

  /**
   * Addend for loading {@code bytes} (1..16) at {@code va}.
   *
   * @param table of {@link Mmu#table}
   */
  public static long forRead(long table, long va, int bytes) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va + (bytes - 1) & LookAside.PAGE)
        ? HostMemory.getLong(slot + 16)
        : MISS;
  }

  /** As {@link #forRead}, for a store. */
  public static long forWrite(long table, long va, int bytes) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot + 8) == (va + (bytes - 1) & LookAside.PAGE)
        ? HostMemory.getLong(slot + 16)
        : MISS;
  }

  /** As {@link #forRead}, for a load and a store. */
  public static long forUpdate(long table, long va, int bytes) {
    long slot = table + LookAside.slot(va);
    long page = va + (bytes - 1) & LookAside.PAGE;
    return HostMemory.getLong(slot) == page && HostMemory.getLong(slot + 8) == page
        ? HostMemory.getLong(slot + 16)
        : MISS;
  }
}
