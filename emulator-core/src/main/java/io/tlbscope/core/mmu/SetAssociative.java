package io.tlbscope.core.mmu;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Sets by the low bits of the page number (each page size by its own), least recently used way
 * goes. Only lookups that reach this array count as uses: those that the look-aside serves do not.
 */
final class SetAssociative implements TlbStore {
  private final int sets;
  private final int ways;
  private final int[] shifts;

  /** By shift: entries held. Sizes that are not there cost no search. */
  private final int[] population = new int[64];

  private final CachedTranslation[] slots;

  /**
   * {@link #tag} of each slot's entry, 0 where there is none: a set's tags lie side by side, its
   * entries anywhere in the heap.
   */
  private final long[] tags;

  /**
   * The ways of each set as a list from the one used last to the one to go next, empty ones at the
   * end: a slot's neighbours, and each set's ends. A use and a fill cost the same for any number of
   * ways.
   */
  private final int[] newer, older, newest, oldest;

  /**
   * @param shifts log2 of the page sizes that it may hold
   */
  SetAssociative(TlbGeometry.Array size, int... shifts) {
    sets = size.sets();
    ways = size.ways();
    this.shifts = shifts;
    slots = new CachedTranslation[sets * ways];
    tags = new long[sets * ways];
    newer = new int[sets * ways];
    older = new int[sets * ways];
    newest = new int[sets];
    oldest = new int[sets];
    for (int slot = 0; slot < sets * ways; slot++) {
      newer[slot] = slot - 1;
      older[slot] = slot + 1;
    }
    for (int set = 0; set < sets; set++) {
      newest[set] = set * ways;
      oldest[set] = set * ways + ways - 1;
    }
  }

  /** Page and page size; two entries of a tag differ in PCID or global bit. */
  private static long tag(long va, int shift) {
    return va >> shift << shift | shift;
  }

  private int set(long va, int shift) {
    return (int) (va >>> shift) & sets - 1;
  }

  private void used(int set, int slot) {
    int head = newest[set];
    if (slot != head) {
      unlink(set, slot);
      older[slot] = head;
      newer[head] = slot;
      newest[set] = slot;
    }
  }

  private void emptied(int set, int slot) {
    int tail = oldest[set];
    if (slot != tail) {
      unlink(set, slot);
      newer[slot] = tail;
      older[tail] = slot;
      oldest[set] = slot;
    }
  }

  /** Takes a slot out of its set's list; what its own links say no longer counts. */
  private void unlink(int set, int slot) {
    int before = newer[slot];
    int after = older[slot];
    if (slot == newest[set]) {
      newest[set] = after;
    } else {
      older[before] = after;
    }
    if (slot == oldest[set]) {
      oldest[set] = before;
    } else {
      newer[after] = before;
    }
  }

  @Override
  public CachedTranslation find(long va, int pcid) {
    for (int shift : shifts) {
      if (population[shift] == 0) {
        continue;
      }
      int set = set(va, shift);
      long tag = tag(va, shift);
      for (int slot = set * ways, end = slot + ways; slot < end; slot++) {
        if (tags[slot] == tag && slots[slot].translates(va, pcid)) {
          used(set, slot);
          return slots[slot];
        }
      }
    }
    return null;
  }

  @Override
  public CachedTranslation insert(CachedTranslation entry) {
    int set = set(entry.va, entry.shift);
    int victim = oldest[set];
    CachedTranslation out = slots[victim];
    if (out != null) {
      population[out.shift]--;
    }
    population[entry.shift]++;
    slots[victim] = entry;
    tags[victim] = tag(entry.va, entry.shift);
    used(set, victim);
    return out;
  }

  @Override
  public boolean remove(CachedTranslation entry) {
    int set = set(entry.va, entry.shift);
    for (int slot = set * ways, end = slot + ways; slot < end; slot++) {
      if (slots[slot] == entry) {
        slots[slot] = null;
        tags[slot] = 0;
        emptied(set, slot);
        population[entry.shift]--;
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
    for (int shift : shifts) {
      if (population[shift] != 0) {
        long tag = tag(va, shift);
        for (int slot = set(va, shift) * ways, end = slot + ways; slot < end; slot++) {
          if (tags[slot] == tag) {
            action.accept(slots[slot]);
          }
        }
      }
    }
  }

  @Override
  public void save(StateWriter to, EntryTable table) {
    int[] numbers = new int[slots.length];
    for (int slot = 0; slot < slots.length; slot++) {
      numbers[slot] = table.number(slots[slot]);
    }
    to.putInts(numbers);
    to.putInts(newer);
    to.putInts(older);
    to.putInts(newest);
    to.putInts(oldest);
  }

  @Override
  public void load(StateReader from, EntryTable table) {
    int[] numbers = new int[slots.length];
    from.getInts(numbers);
    Arrays.fill(population, 0);
    for (int slot = 0; slot < slots.length; slot++) {
      CachedTranslation entry = table.get(numbers[slot], null);
      slots[slot] = entry;
      tags[slot] = entry == null ? 0 : tag(entry.va, entry.shift);
      if (entry != null) {
        population[entry.shift]++;
      }
    }
    from.getInts(newer);
    from.getInts(older);
    from.getInts(newest);
    from.getInts(oldest);
  }
}
