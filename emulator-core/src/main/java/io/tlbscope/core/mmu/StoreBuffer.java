package io.tlbscope.core.mmu;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * Stores of one vCPU that nobody else sees yet, oldest first: a ring. No store crosses a page, so
 * each is 1..8 bytes in a row of physical memory.
 */
final class StoreBuffer implements Stateful {
  /** As many as Intel's Skylake cores hold. */
  static final int CAPACITY = 56;

  /** Of a buffer without stores. */
  static final long NEVER = Long.MAX_VALUE;

  private final long[] pa = new long[CAPACITY];
  private final int[] bytes = new int[CAPACITY];
  private final long[] value = new long[CAPACITY];
  private final long[] va = new long[CAPACITY];
  private final long[] rip = new long[CAPACITY];
  private final long[] due = new long[CAPACITY];

  /** Place of the oldest. */
  private int first;

  private int count;

  int count() {
    return count;
  }

  boolean full() {
    return count == CAPACITY;
  }

  /**
   * Puts a store behind the others; only while not {@link #full}.
   *
   * @param byteCount 1..8, none beyond the page
   * @param when it may leave; not before those in front of it
   */
  void add(long storePa, int byteCount, long stored, long storeVa, long storeRip, long when) {
    int at = (first + count) % CAPACITY;
    int last = (at + CAPACITY - 1) % CAPACITY;
    pa[at] = storePa;
    bytes[at] = byteCount;
    value[at] = stored & SlowAccess.mask(byteCount);
    va[at] = storeVa;
    rip[at] = storeRip;
    due[at] = count == 0 ? when : Math.max(when, due[last]);
    count++;
  }

  /** When the oldest leaves at the latest; {@link #NEVER} if there is none. */
  long due() {
    return count == 0 ? NEVER : due[first];
  }

  /** The oldest store's; only while there is one. */
  long pa() {
    return pa[first];
  }

  int bytes() {
    return bytes[first];
  }

  long value() {
    return value[first];
  }

  long va() {
    return va[first];
  }

  long rip() {
    return rip[first];
  }

  /** Takes the oldest away. */
  void remove() {
    first = (first + 1) % CAPACITY;
    count--;
  }

  /**
   * What a load of the vCPU itself gives: each byte from the newest store that has it, else from
   * memory.
   *
   * @param memory the bytes as they are in memory
   */
  long forward(long loadPa, int byteCount, long memory) {
    long seen = memory;
    for (int i = 0; i < count; i++) {
      int at = (first + i) % CAPACITY;
      long up = pa[at] - loadPa;
      if (up >= byteCount || up <= -bytes[at]) {
        continue;
      }
      long mask = SlowAccess.mask(bytes[at]);
      int shift = (int) (up < 0 ? -up : up) * 8;
      mask = up < 0 ? mask >>> shift : mask << shift;
      seen = seen & ~mask | (up < 0 ? value[at] >>> shift : value[at] << shift) & mask;
    }
    return seen & SlowAccess.mask(byteCount);
  }

  /** True if a store here has one of {@code byteCount} bytes at {@code from}. */
  boolean holds(long from, long byteCount) {
    for (int i = 0; i < count; i++) {
      int at = (first + i) % CAPACITY;
      if (pa[at] < from + byteCount && from < pa[at] + bytes[at]) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void save(StateWriter to) {
    for (long[] column : new long[][] {pa, value, va, rip, due}) {
      to.putLongs(column);
    }
    to.putInts(bytes);
    to.putInt(first);
    to.putInt(count);
  }

  @Override
  public void load(StateReader from) {
    for (long[] column : new long[][] {pa, value, va, rip, due}) {
      from.getLongs(column);
    }
    from.getInts(bytes);
    first = from.getCount(CAPACITY - 1);
    count = from.getCount(CAPACITY);
  }
}
