package io.tlbscope.core.mmu;

import java.util.Arrays;

/**
 * The running result of a page walk: rights gathered from the top down, and the way it took.
 * Reused, one a walker.
 */
final class Walk {
  private static final int MAX_LEVELS = 5;

  long pa;
  int shift;
  boolean writable;
  boolean user;
  boolean executable;
  boolean global;
  boolean dirty;

  /** Protection key of the leaf. */
  int key;

  /** Paging-structure entries read. */
  int steps;

  private final long[] path = new long[MAX_LEVELS];
  private int pathLength;

  /** Starts at the table at {@code table} with all rights. */
  void start(long table, int shift) {
    this.pa = table;
    this.shift = shift;
    writable = true;
    user = true;
    executable = true;
    global = false;
    dirty = false;
    key = 0;
    steps = 0;
    pathLength = 0;
  }

  /** Goes on where a paging-structure-cache entry leads. */
  void resume(CachedTranslation from) {
    start(from.pa, from.shift);
    writable = from.writable;
    user = from.user;
    executable = from.executable;
    for (long entryPa : from.derivedFrom) {
      path[pathLength++] = entryPa;
    }
  }

  void step(long entryPa) {
    steps++;
    path[pathLength++] = entryPa;
  }

  long[] path() {
    return Arrays.copyOf(path, pathLength);
  }
}
