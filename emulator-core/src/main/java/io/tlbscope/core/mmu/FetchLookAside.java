package io.tlbscope.core.mmu;

import java.util.Arrays;

/**
 * Pages that code was fetched from, by view, and the generation that tells the engine how long they
 * hold.
 */
final class FetchLookAside {
  private static final int SLOTS = 64;
  private static final long NONE = 1;

  private final long[] tags = new long[LookAside.VIEWS * SLOTS];
  private final long[] pages = new long[LookAside.VIEWS * SLOTS];
  private final long[] generations = new long[LookAside.VIEWS];
  private long last;

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
    return tags[slot] == (va & LookAside.PAGE) ? pages[slot] | va & 4095 : -1;
  }

  void fill(int view, long va, long pa, CachedTranslation entry) {
    entry.fetched = true;
    if (!entry.trusted()) {
      ask = true;
      return;
    }
    int slot = slot(view, va);
    tags[slot] = va & LookAside.PAGE;
    pages[slot] = pa & LookAside.PAGE;
  }

  /** Ends every translation given so far. */
  void forget() {
    Arrays.fill(tags, NONE);
    ask = false;
    for (int view = 0; view < LookAside.VIEWS; view++) {
      generations[view] = ++last;
    }
  }

  long generation(int view) {
    return ask ? generations[view] = ++last : generations[view];
  }
}
