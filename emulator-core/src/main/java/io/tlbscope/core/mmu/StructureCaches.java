package io.tlbscope.core.mmu;

import io.tlbscope.core.hook.TlbLevel;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The paging-structure caches (Intel SDM vol. 3A, 4.10.3): where the entries of the upper levels
 * lead, by the address bits above their level and PCID. They know no global entries.
 */
final class StructureCaches {
  private final TlbStore pml5e, pml4e, pdpte, pde;

  StructureCaches(TlbGeometry geometry) {
    boolean unbounded = geometry.unbounded();
    pml5e = unbounded ? new Unbounded(48) : new SetAssociative(geometry.pml5e(), 48);
    pml4e = unbounded ? new Unbounded(39) : new SetAssociative(geometry.pml4e(), 39);
    pdpte = unbounded ? new Unbounded(30) : new SetAssociative(geometry.pdpte(), 30);
    pde = unbounded ? new Unbounded(21, 22) : new SetAssociative(geometry.pde(), 21, 22);
  }

  /** The kind of entry that leads to a table which maps {@code 1 << shift} bytes. */
  static TlbLevel level(int shift) {
    return switch (shift) {
      case 48 -> TlbLevel.PML5E;
      case 39 -> TlbLevel.PML4E;
      case 30 -> TlbLevel.PDPTE;
      default -> TlbLevel.PDE;
    };
  }

  private TlbStore[] stores() {
    return new TlbStore[] {pml5e, pml4e, pdpte, pde};
  }

  private TlbStore store(int shift) {
    return switch (shift) {
      case 48 -> pml5e;
      case 39 -> pml4e;
      case 30 -> pdpte;
      default -> pde;
    };
  }

  /** The entry nearest to the leaf from which a walk may start, or null. */
  CachedTranslation find(long va, int pcid) {
    CachedTranslation entry = pde.find(va, pcid);
    if (entry == null) {
      entry = pdpte.find(va, pcid);
    }
    if (entry == null) {
      entry = pml4e.find(va, pcid);
    }
    return entry != null ? entry : pml5e.find(va, pcid);
  }

  void insert(CachedTranslation entry) {
    store(entry.shift).insert(entry);
  }

  void removeIf(Predicate<CachedTranslation> which) {
    for (CachedTranslation entry : entries()) {
      if (which.test(entry)) {
        store(entry.shift).remove(entry);
      }
    }
  }

  /** In order of serial. */
  List<CachedTranslation> entries() {
    List<CachedTranslation> all = new ArrayList<>();
    for (TlbStore store : stores()) {
      store.forEach(all::add);
    }
    all.sort((a, b) -> Long.compare(a.serial, b.serial));
    return all;
  }

  void save(StateWriter to, EntryTable table) {
    for (TlbStore store : stores()) {
      store.save(to, table);
    }
  }

  void load(StateReader from, EntryTable table) {
    for (TlbStore store : stores()) {
      store.load(from, table);
    }
  }
}
