package io.tlbscope.core.mmu;

import io.tlbscope.core.hook.Mapping;

/** Compares cached translations with the page tables as they are now, leaving no trace. */
final class Agreement {
  private final PagingMode mode;
  private final PageWalker walker;

  /**
   * @param walker one that no access uses
   */
  Agreement(PagingMode mode, PageWalker walker) {
    this.mode = mode;
    this.walker = walker;
  }

  /** Physical address of {@code va} by the page tables, -1 if not mapped. */
  long translate(long va) {
    if (mode.levels == 0) {
      return va & 0xFFFF_FFFFL;
    }
    if (mode.longMode && !mode.canonical(va)) {
      return -1;
    }
    long linear = mode.longMode ? va : va & 0xFFFF_FFFFL;
    walker.start(mode.root);
    return walker.descend(linear, null)
        ? walker.walk.pa | linear & (1L << walker.walk.shift) - 1
        : -1;
  }

  /** What is mapped at {@code va} by the tables from {@code root}, null if nothing is. */
  Mapping lookup(long root, long va) {
    if (mode.levels == 0 || mode.longMode && !mode.canonical(va)) {
      return null;
    }
    walker.start(root);
    Walk walk = walker.walk;
    return walker.descend(mode.longMode ? va : va & 0xFFFF_FFFFL, null)
        ? new Mapping(walk.pa, walk.shift, walk.writable, walk.user, walk.executable)
        : null;
  }

  /**
   * True if walks from the entry's root give its address and at least its rights, for all of what
   * it maps.
   */
  boolean holds(CachedTranslation entry) {
    if (mode.levels == 0) {
      return false;
    }
    Walk walk = walker.walk;
    switch (entry.level) {
      case PML4E, PDPTE, PDE -> {
        walker.start(entry.root);
        return walker.descend(entry.va, null, entry.shift)
            && walk.shift == entry.shift
            && walk.pa == entry.pa
            && rightsOf(entry);
      }
      default -> {
        long end = entry.va + (1L << entry.shift);
        long va = entry.va;
        do {
          walker.start(entry.root);
          if (!walker.descend(va, null)
              || (walk.pa | va & (1L << walk.shift) - 1) != entry.translate(va)
              || !rightsOf(entry)) {
            return false;
          }
          va = (va >> walk.shift) + 1 << walk.shift;
        } while (va - end < 0);
        return true;
      }
    }
  }

  private boolean rightsOf(CachedTranslation entry) {
    Walk walk = walker.walk;
    return (walk.writable || !entry.writable)
        && (walk.user || !entry.user)
        && (walk.executable || !entry.executable)
        && (walk.key == entry.key || !mode.pke);
  }
}
