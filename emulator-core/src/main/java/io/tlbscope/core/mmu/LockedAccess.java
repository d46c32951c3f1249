package io.tlbscope.core.mmu;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.memory.AtomicKind;
import io.tlbscope.core.memory.PhysicalMemory;

/**
 * Locked operations that the look-aside did not serve. They translate, fill and tell of a load and
 * a store as the two alone would, but nothing comes between: RAM changes in one atomic step,
 * watched pages and devices under the machine's lock. What can fault comes before what changes
 * anything. What the vCPU stored before is visible before, and what they store at once.
 */
final class LockedAccess {
  private final PhysicalMemory memory;
  private final LookAside lookAside;
  private final SlowAccess slow;

  LockedAccess(PhysicalMemory memory, LookAside lookAside, SlowAccess slow) {
    this.memory = memory;
    this.lookAside = lookAside;
    this.slow = slow;
  }

  /** See {@link Mmu#atomic}. */
  long apply(AtomicKind kind, long va, int bytes, long expected, long operand, int view) {
    slow.checkAlignment(va, bytes, view);
    slow.drain();
    if (SlowAccess.bytesInPage(va) < bytes) {
      return across(kind, va, bytes, expected, operand, view);
    }
    if (!lookAside.writes(view, va)) {
      slow.probe(va, bytes, Access.WRITE, view);
    }
    boolean held = false;
    try {
      long old = 0;
      if (!lookAside.reads(view, va)) {
        long pa = slow.translate(va, Access.READ, view);
        held = lockWatched(pa);
        old = slow.loadPage(slow.linear(va), pa, bytes, view);
      }
      if (lookAside.writes(view, va)) {
        if (slow.log != null) {
          slow.log.add(lookAside.ha(view, va), bytes);
        }
        return memory.atomic(kind, lookAside.ha(view, va), bytes, expected, operand);
      }
      long pa = slow.translate(va, Access.WRITE, view);
      held = held || lockWatched(pa);
      return slow.changePage(kind, slow.linear(va), pa, bytes, expected, operand, old, view);
    } finally {
      if (held) {
        memory.world().unlock();
      }
    }
  }

  private boolean lockWatched(long pa) {
    if (!memory.watched(pa)) {
      return false;
    }
    memory.world().lock();
    return true;
  }

  /** Two pages need not be neighbours in the host's memory. */
  private long across(AtomicKind kind, long va, int bytes, long expected, long operand, int view) {
    long[] old = new long[1];
    memory
        .world()
        .alone(
            () -> {
              slow.probe(va, bytes, Access.WRITE, view);
              old[0] = slow.load(va, bytes, view);
              long mask = SlowAccess.mask(bytes);
              slow.store(va, bytes, kind.apply(old[0], expected, operand, mask) & mask, view);
              slow.drain();
            });
    return old[0];
  }

  /** See {@link Mmu#compareExchange128}. */
  boolean exchange128(long va, long[] values, int view) {
    slow.drain();
    if (!lookAside.writes(view, va)) {
      slow.probe(va, 16, Access.WRITE, view);
    }
    memory.world().lock();
    try {
      long low = half(va, view);
      long high = half(va + 8, view);
      long pa = slow.translate(va, Access.WRITE, view);
      if (memory.plain(pa)) {
        boolean equal = memory.compareExchange128(memory.ha(pa), values);
        slow.stored(va, pa, 16, view);
        return equal;
      }
      boolean equal = low == values[0] && high == values[1];
      slow.store(va, 8, equal ? values[2] : low, view);
      slow.store(va + 8, 8, equal ? values[3] : high, view);
      slow.drain();
      values[0] = low;
      values[1] = high;
      return equal;
    } finally {
      memory.world().unlock();
    }
  }

  private long half(long va, int view) {
    return lookAside.reads(view, va) ? memory.quad(lookAside.ha(view, va)) : slow.load(va, 8, view);
  }
}
