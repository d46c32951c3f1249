package io.tlbscope.core.mmu;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Keeps every entry until it is removed. */
final class Unbounded implements TlbStore {
  private final int[] shifts;

  /**
   * By page number and size; a list holds the PCIDs and the global one. Ordered, so that runs
   * replay.
   */
  private final Map<Long, List<CachedTranslation>> pages = new LinkedHashMap<>();

  Unbounded(int... shifts) {
    this.shifts = shifts;
  }

  /** A page number leaves the low twelve bits of its address free for the size. */
  private static long key(long va, int shift) {
    return va >> shift << shift | shift;
  }

  @Override
  public CachedTranslation find(long va, int pcid) {
    for (int shift : shifts) {
      List<CachedTranslation> page = pages.get(key(va, shift));
      if (page != null) {
        for (CachedTranslation entry : page) {
          if (entry.translates(va, pcid)) {
            return entry;
          }
        }
      }
    }
    return null;
  }

  @Override
  public CachedTranslation insert(CachedTranslation entry) {
    pages.computeIfAbsent(key(entry.va, entry.shift), k -> new ArrayList<>(1)).add(entry);
    return null;
  }

  @Override
  public boolean remove(CachedTranslation entry) {
    long key = key(entry.va, entry.shift);
    List<CachedTranslation> page = pages.get(key);
    if (page == null || !page.removeIf(e -> e == entry)) {
      return false;
    }
    if (page.isEmpty()) {
      pages.remove(key);
    }
    return true;
  }

  @Override
  public void forEach(Consumer<CachedTranslation> action) {
    pages.values().forEach(page -> page.forEach(action));
  }

  @Override
  public void forEachCovering(long va, Consumer<CachedTranslation> action) {
    for (int shift : shifts) {
      List<CachedTranslation> page = pages.get(key(va, shift));
      if (page != null) {
        page.forEach(action);
      }
    }
  }

  /** The order of the pages, and in each, is that in which the entries are put in again. */
  @Override
  public void save(StateWriter to, EntryTable table) {
    List<Integer> numbers = new ArrayList<>();
    forEach(entry -> numbers.add(table.number(entry)));
    to.putInts(numbers.stream().mapToInt(number -> number).toArray());
  }

  @Override
  public void load(StateReader from, EntryTable table) {
    pages.clear();
    for (int number : from.getInts()) {
      insert(table.get(number, null));
    }
  }
}
