package io.tlbscope.core.mmu;

import java.util.function.Consumer;

/**
 * Sets by the low bits of the page number (each page size by its own), least recently used way
 * goes. Only lookups that reach this array count as uses: those that the look-aside serves do not.
 */
final class SetAssociative implements TlbStore {
  private final int sets;
  private final int ways;
  private final int[] shifts;

  /** Entries held of each shift: sizes that are not there cost no search. */
  private final int[] population;

  private final CachedTranslation[] slots;

  /**
   * {@link #tag} of each slot's entry, 0 where there is none: a set's tags lie side by side, its
   * entries anywhere in the heap.
   */
  private final long[] tags;

  private final long[] lastUse;
  private long clock;

  /**
   * @param shifts log2 of the page sizes that it may hold
   */
  SetAssociative(TlbGeometry.Array size, int... shifts) {
    sets = size.sets();
    ways = size.ways();
    this.shifts = shifts;
    population = new int[shifts.length];
    slots = new CachedTranslation[sets * ways];
    tags = new long[sets * ways];
    lastUse = new long[sets * ways];
  }

  /** Page and page size; two entries of a tag differ in PCID or global bit. */
  private static long tag(long va, int shift) {
    return va >> shift << shift | shift;
  }

  private int firstWay(long va, int shift) {
    return ((int) (va >>> shift) & sets - 1) * ways;
  }

  @Override
  public CachedTranslation find(long va, int pcid) {
    for (int i = 0; i < shifts.length; i++) {
      if (population[i] == 0) {
        continue;
      }
      int first = firstWay(va, shifts[i]);
      long tag = tag(va, shifts[i]);
      for (int slot = first; slot < first + ways; slot++) {
        if (tags[slot] == tag && slots[slot].translates(va, pcid)) {
          lastUse[slot] = ++clock;
          return slots[slot];
        }
      }
    }
    return null;
  }

  @Override
  public CachedTranslation insert(CachedTranslation entry) {
    int first = firstWay(entry.va, entry.shift);
    long tag = tag(entry.va, entry.shift);
    int victim = first;
    for (int slot = first; slot < first + ways; slot++) {
      if (tags[slot] == 0) {
        if (tags[victim] != 0) {
          victim = slot;
        }
      } else if (tags[slot] == tag && slots[slot].sameTag(entry)) {
        victim = slot;
        break;
      } else if (tags[victim] != 0 && lastUse[slot] < lastUse[victim]) {
        victim = slot;
      }
    }
    CachedTranslation out = slots[victim];
    if (out != null) {
      population[kind(out)]--;
    }
    population[kind(entry)]++;
    slots[victim] = entry;
    tags[victim] = tag;
    lastUse[victim] = ++clock;
    return out;
  }

  private int kind(CachedTranslation entry) {
    for (int i = 0; i < shifts.length; i++) {
      if (shifts[i] == entry.shift) {
        return i;
      }
    }
    throw new IllegalStateException("no place for " + entry);
  }

  @Override
  public boolean remove(CachedTranslation entry) {
    int first = firstWay(entry.va, entry.shift);
    for (int slot = first; slot < first + ways; slot++) {
      if (slots[slot] == entry) {
        slots[slot] = null;
        tags[slot] = 0;
        population[kind(entry)]--;
        return true;
      }
    }
    return false;
  }

  @Override
  public void forEach(Consumer<CachedTranslation> action) {
    for (CachedTranslation entry : slots) {
      if (entry != null) {
        action.accept(entry);
      }
    }
  }

  @Override
  public void forEachCovering(long va, Consumer<CachedTranslation> action) {
    for (int i = 0; i < shifts.length; i++) {
      if (population[i] != 0) {
        int first = firstWay(va, shifts[i]);
        long tag = tag(va, shifts[i]);
        for (int slot = first; slot < first + ways; slot++) {
          if (tags[slot] == tag) {
            action.accept(slots[slot]);
          }
        }
      }
    }
  }
}
