package io.tlbscope.core.hook;

import java.util.List;

/**
 * A vCPU's architectural TLB as plugins see it. All methods: on the thread that runs the vCPU, or
 * while it is paused.
 */
public interface TlbControl {
  /**
   * The entries now cached, in order of {@link TlbEntry#serial()}; paging-structure-cache entries
   * excluded.
   */
  List<TlbEntry> entries();

  /** The paging-structure-cache entries now cached, in order of serial. */
  List<TlbEntry> structureEntries();

  /**
   * Makes every later use of the entry call {@link TlbHooks#use}; the execution engine's look-aside
   * drops it.
   */
  void watch(TlbEntry entry);

  /**
   * True if a fresh page walk from the entry's root gives the same physical address and at least
   * its permissions; reads the page tables without setting A/D bits and without caching.
   */
  boolean agreesWithPageTables(TlbEntry entry);

  /**
   * What a fresh page walk for {@code va} from the top table at {@code root} finds, in this vCPU's
   * paging mode; null where nothing is mapped. Sets no A/D bits and caches nothing.
   */
  Mapping lookup(long root, long va);

  /** INVLPG for the current PCID and globals; tells {@link TlbHooks#drop} with the given reason. */
  void invalidatePage(long va, Invalidation why);

  /** INVPCID type 0. */
  void invalidatePage(long va, int pcid, Invalidation why);

  /** INVPCID type 1. */
  void invalidatePcid(int pcid, Invalidation why);

  /** All non-global entries of all PCIDs; with {@code globals} those too. */
  void invalidateAll(boolean globals, Invalidation why);
}
