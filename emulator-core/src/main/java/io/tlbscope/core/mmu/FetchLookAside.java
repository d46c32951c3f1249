package io.tlbscope.core.mmu;

import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Pages that code was fetched from, by view, and the generation that tells the engine how long they
 * hold.
 */
final class FetchLookAside {
  private static final int SLOTS = 64;
  private static final long NONE = 1;

  /** More than any TLB translates; a saved state with more is broken. */
  private static final int MOST_PAGES = 1 << 28;

  private final long[] tags = new long[LookAside.VIEWS * SLOTS];
  private final long[] pages = new long[LookAside.VIEWS * SLOTS];
  private final long[] generations = new long[LookAside.VIEWS];
  private long last;

  /**
   * Pages that had to leave their slots, by {@link #key}: a page is in place until all are
   * forgotten, so that what the TLB is asked depends on no collision, nor on what an engine still
   * knows.
   */
  private final Map<Long, Long> displaced = new HashMap<>();

  /** A watched entry serves fetches: every fetch must come by. */
  private boolean ask;

  FetchLookAside() {
    forget();
  }

  private static int slot(int view, long va) {
    return view * SLOTS + (int) ((va >>> 12) + (va >>> 18) & SLOTS - 1);
  }

  /** Physical address, or -1. */
  long find(int view, long va) {
    int slot = slot(view, va);
    if (tags[slot] == (va & LookAside.PAGE)) {
      return pages[slot] | va & 4095;
    }
    Long page = displaced.isEmpty() ? null : displaced.get(key(view, va));
    return page == null ? -1 : page | va & 4095;
  }

  /** A page's address leaves its low bits free. */
  private static long key(int view, long va) {
    return va & LookAside.PAGE | view;
  }

  void fill(int view, long va, long pa, CachedTranslation entry) {
    entry.fetched = true;
    if (!entry.trusted()) {
      ask = true;
      return;
    }
    put(view, va, pa & LookAside.PAGE);
  }

  private void put(int view, long va, long page) {
    int slot = slot(view, va);
    if (tags[slot] != NONE && tags[slot] != (va & LookAside.PAGE)) {
      displaced.put(key(view, tags[slot]), pages[slot]);
    }
    tags[slot] = va & LookAside.PAGE;
    pages[slot] = page;
  }

  /** Ends every translation given so far. */
  void forget() {
    Arrays.fill(tags, NONE);
    displaced.clear();
    ask = false;
    for (int view = 0; view < LookAside.VIEWS; view++) {
      generations[view] = ++last;
    }
  }

  long generation(int view) {
    return ask ? generations[view] = ++last : generations[view];
  }

  /** The pages. Generations are not state: those who keep one ask again and find their page. */
  void save(StateWriter to) {
    to.putBoolean(ask);
    SortedMap<Long, Long> all = new TreeMap<>(displaced);
    for (int slot = 0; slot < tags.length; slot++) {
      if (tags[slot] != NONE) {
        all.put(key(slot / SLOTS, tags[slot]), pages[slot]);
      }
    }
    to.putInt(all.size());
    all.forEach(
        (key, page) -> {
          to.putLong(key);
          to.putLong(page);
        });
  }

  void load(StateReader from) {
    forget();
    ask = from.getBoolean();
    for (int rest = from.getCount(MOST_PAGES); rest > 0; rest--) {
      long key = from.getLong();
      int view = (int) key & 4095;
      if (view >= LookAside.VIEWS) {
        throw new StateException("a look-aside for code has no view " + view);
      }
      put(view, key & LookAside.PAGE, from.getLong());
    }
  }
}
