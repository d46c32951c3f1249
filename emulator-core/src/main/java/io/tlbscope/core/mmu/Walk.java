package io.tlbscope.core.mmu;

import java.util.Arrays;

/**
 * The running result of a page walk: rights gathered from the top down, and the way it took.
 * Reused, one a walker.
 */
final class Walk {
  private static final long[] NONE = {};

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

  /** Addresses of the entries that the walk came through, but for {@link #last}. Never changed. */
  long[] above = NONE;

  /** Address of the entry read last, once {@link #steps} is not 0. */
  long last;

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
    above = NONE;
  }

  /** Goes on where a paging-structure-cache entry leads. */
  void resume(CachedTranslation from) {
    start(from.pa, from.shift);
    writable = from.writable;
    user = from.user;
    executable = from.executable;
    above = from.path();
  }

  void step(long entryPa) {
    if (steps++ != 0) {
      above = path(above, last);
    }
    last = entryPa;
  }

  /** A path that goes on by one entry. */
  static long[] path(long[] above, long last) {
    long[] path = Arrays.copyOf(above, above.length + 1);
    path[above.length] = last;
    return path;
  }
}
