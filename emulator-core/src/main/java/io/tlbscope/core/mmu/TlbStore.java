package io.tlbscope.core.mmu;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.function.Consumer;

/** An array of the TLB or one paging-structure cache. */
interface TlbStore {
  /**
   * The entry that translates {@code va} for the PCID (global ones for every PCID), or null; counts
   * as a use.
   */
  CachedTranslation find(long va, int pcid);

  /**
   * Puts an entry in, behind a {@link #find} that gave null: there must be none with the same tag.
   *
   * @return the entry that had to leave, or null
   */
  CachedTranslation insert(CachedTranslation entry);

  boolean remove(CachedTranslation entry);

  /**
   * All entries, in an order that depends on nothing but history. The consumer must not change the
   * store.
   */
  void forEach(Consumer<CachedTranslation> action);

  /** Every entry's place and the order of uses. */
  void save(StateWriter to, EntryTable table);

  /** Takes over what {@link #save} wrote; forgets what was there. */
  void load(StateReader from, EntryTable table);

  /** The entries of any PCID whose page holds {@code va}. */
  void forEachCovering(long va, Consumer<CachedTranslation> action);
}
