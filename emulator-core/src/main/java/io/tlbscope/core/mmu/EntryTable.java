package io.tlbscope.core.mmu;

import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * All entries of a vCPU's TLB and paging-structure caches, in order of serial. In a saved state
 * arrays and look-asides name an entry by its number here: one that lies in several is still one
 * when they are loaded.
 */
final class EntryTable {
  private static final int NOBODY = -1;
  private static final int MOST = 1 << 28;

  private final CachedTranslation[] entries;

  private EntryTable(CachedTranslation[] entries) {
    this.entries = entries;
  }

  static EntryTable of(List<CachedTranslation> translations, List<CachedTranslation> structures) {
    CachedTranslation[] all = new CachedTranslation[translations.size() + structures.size()];
    int count = 0;
    for (CachedTranslation entry : translations) {
      all[count++] = entry;
    }
    for (CachedTranslation entry : structures) {
      all[count++] = entry;
    }
    Arrays.sort(all, Comparator.comparingLong(entry -> entry.serial));
    return new EntryTable(all);
  }

  static EntryTable load(StateReader from) {
    CachedTranslation[] all = new CachedTranslation[from.getCount(MOST)];
    for (int i = 0; i < all.length; i++) {
      all[i] = CachedTranslation.load(from);
    }
    return new EntryTable(all);
  }

  void save(StateWriter to) {
    to.putInt(entries.length);
    for (CachedTranslation entry : entries) {
      entry.save(to);
    }
  }

  /** Number of an entry, or of none, which is null, or of paging switched off. */
  int number(CachedTranslation entry) {
    if (entry == null || entry == CachedTranslation.NOBODY) {
      return NOBODY;
    }
    int low = 0;
    int high = entries.length - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      long serial = entries[middle].serial;
      if (serial == entry.serial) {
        return middle;
      }
      if (serial < entry.serial) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    throw new IllegalStateException("not in the TLB: " + entry);
  }

  /** The entry of a number; {@code none} for nobody's. */
  CachedTranslation get(int number, CachedTranslation none) {
    if (number == NOBODY) {
      return none;
    }
    if (number < 0 || number >= entries.length) {
      throw new StateException("there is no TLB entry of number " + number);
    }
    return entries[number];
  }
}
