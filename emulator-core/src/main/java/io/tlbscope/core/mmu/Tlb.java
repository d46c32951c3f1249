package io.tlbscope.core.mmu;

import io.tlbscope.core.hook.TlbHooks;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The arrays of one vCPU's TLB. A fill goes to the first level and to L2, a hit in L2 to the first
 * level; L2 neither includes nor excludes the first level. An entry leaves the TLB with its last
 * copy, and everything faster with it.
 */
final class Tlb {
  private static final int[] SMALL = {12}, LARGE = {21, 22, 30}, ALL = {12, 21, 22, 30};

  private final Vcpu owner;

  /** First-level arrays; null when unbounded. */
  private final TlbStore l1d, l1dLarge, l1i, l1iLarge;

  private final TlbStore l2;
  private final Derived derived;
  private final List<CachedTranslation> found = new ArrayList<>();

  /** See {@link #holdsStrayCode}. */
  private int strayCode;

  /** Whoever keeps something derived from entries. */
  interface Derived {
    /** The entry is no longer in the TLB. */
    void left(CachedTranslation entry);
  }

  Tlb(Vcpu owner, TlbGeometry geometry, Derived derived) {
    this.owner = owner;
    this.derived = derived;
    boolean bounded = !geometry.unbounded();
    l1d = bounded ? new SetAssociative(geometry.l1d(), SMALL) : null;
    l1dLarge = bounded ? new SetAssociative(geometry.l1dLarge(), LARGE) : null;
    l1i = bounded ? new SetAssociative(geometry.l1i(), SMALL) : null;
    l1iLarge = bounded ? new SetAssociative(geometry.l1iLarge(), LARGE) : null;
    l2 = bounded ? new SetAssociative(geometry.l2(), ALL) : new Unbounded(ALL);
  }

  /**
   * True if a fill for data may take an entry along that fetches went through: one that has left
   * the first level for code and is still elsewhere.
   */
  boolean holdsStrayCode() {
    return strayCode != 0;
  }

  private static boolean stray(CachedTranslation entry) {
    return entry.fetched && entry.copies != 0 && (entry.copies & CachedTranslation.IN_L1_CODE) == 0;
  }

  /** Changes where an entry is. */
  private void copies(CachedTranslation entry, int copies) {
    strayCode -= stray(entry) ? 1 : 0;
    entry.copies = copies;
    strayCode += stray(entry) ? 1 : 0;
  }

  /** False when every entry lives in the one unbounded array. */
  boolean hasFirstLevel() {
    return l1d != null;
  }

  private TlbStore firstLevel(boolean code, boolean large) {
    return code ? (large ? l1iLarge : l1i) : large ? l1dLarge : l1d;
  }

  /** The translation of {@code va}, brought into the first level, or null. */
  CachedTranslation lookup(long va, int pcid, boolean code) {
    if (l1d != null) {
      CachedTranslation entry = firstLevel(code, false).find(va, pcid);
      if (entry == null) {
        entry = firstLevel(code, true).find(va, pcid);
      }
      if (entry != null) {
        return entry;
      }
    }
    CachedTranslation entry = l2.find(va, pcid);
    if (entry != null && l1d != null) {
      insertFirst(entry, code);
    }
    return entry;
  }

  /** A fill after a walk. */
  void insert(CachedTranslation entry, boolean code) {
    if (l1d != null) {
      insertFirst(entry, code);
    }
    copies(entry, entry.copies | CachedTranslation.IN_L2);
    displaced(l2.insert(entry), CachedTranslation.IN_L2);
  }

  private void insertFirst(CachedTranslation entry, boolean code) {
    int bit = code ? CachedTranslation.IN_L1_CODE : CachedTranslation.IN_L1_DATA;
    copies(entry, entry.copies | bit);
    displaced(firstLevel(code, entry.shift != 12).insert(entry), bit);
  }

  private void displaced(CachedTranslation entry, int bit) {
    if (entry != null) {
      copies(entry, entry.copies & ~bit);
      if (entry.copies == 0) {
        derived.left(entry);
        TlbHooks.evict(owner, entry);
      }
    }
  }

  /**
   * Takes out an entry that a fresh walk contradicted, and what L2 holds under the tag that the
   * walk's result will have, if the two have parted.
   */
  void replace(CachedTranslation entry, long va, int pcid, Walk walk) {
    remove(entry);
    TlbHooks.evict(owner, entry);
    found.clear();
    l2.forEachCovering(
        va,
        other -> {
          if (other.translates(va, pcid)
              && other.shift == walk.shift
              && other.global == walk.global) {
            found.add(other);
          }
        });
    for (CachedTranslation other : found) {
      l2.remove(other);
      displaced(other, CachedTranslation.IN_L2);
    }
  }

  private void remove(CachedTranslation entry) {
    boolean large = entry.shift != 12;
    if ((entry.copies & CachedTranslation.IN_L1_DATA) != 0) {
      firstLevel(false, large).remove(entry);
    }
    if ((entry.copies & CachedTranslation.IN_L1_CODE) != 0) {
      firstLevel(true, large).remove(entry);
    }
    if ((entry.copies & CachedTranslation.IN_L2) != 0) {
      l2.remove(entry);
    }
    copies(entry, 0);
    derived.left(entry);
  }

  /**
   * Removes the entries that {@code which} picks.
   *
   * @return them, each once, in order of serial; good until the next call
   */
  List<CachedTranslation> removeIf(Predicate<CachedTranslation> which) {
    found.clear();
    for (TlbStore store : stores()) {
      store.forEach(entry -> pick(entry, which));
    }
    return removeFound();
  }

  /** As {@link #removeIf}, among the entries whose page holds {@code va}. */
  List<CachedTranslation> removeCovering(long va, Predicate<CachedTranslation> which) {
    found.clear();
    for (TlbStore store : stores()) {
      store.forEachCovering(va, entry -> pick(entry, which));
    }
    return removeFound();
  }

  private void pick(CachedTranslation entry, Predicate<CachedTranslation> which) {
    if (!entry.picked && which.test(entry)) {
      entry.picked = true;
      found.add(entry);
    }
  }

  private List<CachedTranslation> removeFound() {
    found.forEach(this::remove);
    found.sort((a, b) -> Long.compare(a.serial, b.serial));
    return found;
  }

  private TlbStore[] stores() {
    return l1d == null ? new TlbStore[] {l2} : new TlbStore[] {l1d, l1dLarge, l1i, l1iLarge, l2};
  }

  /** All entries, each once, in order of serial. */
  List<CachedTranslation> entries() {
    List<CachedTranslation> all = new ArrayList<>();
    for (TlbStore store : stores()) {
      store.forEach(all::add);
    }
    all.sort((a, b) -> Long.compare(a.serial, b.serial));
    List<CachedTranslation> distinct = new ArrayList<>();
    for (CachedTranslation entry : all) {
      if (distinct.isEmpty() || distinct.getLast() != entry) {
        distinct.add(entry);
      }
    }
    return distinct;
  }

  void save(StateWriter to, EntryTable table) {
    to.tag("tlb");
    for (TlbStore store : stores()) {
      store.save(to, table);
    }
  }

  void load(StateReader from, EntryTable table) {
    from.tag("tlb");
    for (TlbStore store : stores()) {
      store.load(from, table);
    }
    strayCode = 0;
    for (CachedTranslation entry : entries()) {
      strayCode += stray(entry) ? 1 : 0;
    }
  }
}
