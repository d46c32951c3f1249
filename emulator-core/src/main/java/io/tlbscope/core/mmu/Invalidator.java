package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.Mapping;
import io.tlbscope.core.hook.TlbControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TlbHooks;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.memory.PhysicalMemory;
import java.util.List;
import java.util.function.Predicate;

/**
 * What removes translations, each operation no more than the manual demands (Intel SDM vol. 3A,
 * 4.10.4.1; AMD APM vol. 3, INVLPGB), so that a flush that a guest forgot or made too narrow shows.
 *
 * <pre>
 *                          TLB entries                                   paging-structure entries
 *   INVLPG                 of the address: current PCID, global          all of the current PCID
 *   INVPCID 0              of the address: that PCID, not global         of the address, that PCID
 *   INVPCID 1              that PCID, not global                         that PCID
 *   INVPCID 2 / 3          all / all but global                          all
 *   MOV CR3, bit 63 = 0    the new PCID, not global                      the new PCID
 *   CR4.PGE, PCIDE 1 to 0  all                                           all
 *   CR4.PAE, PSE, SMEP 0-1 current PCID, global                          current PCID
 *   CR0.PG 1 to 0          all                                           all
 *   #PF                    of the address: current PCID, global          of the address, current PCID
 * </pre>
 */
final class Invalidator implements TlbControl {
  /** INVLPGB's rAX bits. */
  private static final int VA_VALID = 1, PCID_VALID = 2, INCLUDE_GLOBAL = 8, FINAL_ONLY = 16;

  private static final Predicate<CachedTranslation> ANY = entry -> true;

  private final Vcpu owner;
  private final PagingMode mode;
  private final Tlb tlb;
  private final StructureCaches structures;
  private final Agreement agreement;
  private final Tlb.Derived derived;
  private final PhysicalMemory memory;

  /**
   * @param derived told to forget what it keeps of an entry that became watched
   */
  Invalidator(
      Vcpu owner,
      PagingMode mode,
      Tlb tlb,
      StructureCaches structures,
      Agreement agreement,
      Tlb.Derived derived,
      PhysicalMemory memory) {
    this.owner = owner;
    this.mode = mode;
    this.tlb = tlb;
    this.structures = structures;
    this.agreement = agreement;
    this.derived = derived;
    this.memory = memory;
  }

  private void locked(Runnable change) {
    memory.world().lockTlb();
    try {
      change.run();
    } finally {
      memory.world().unlockTlb();
    }
  }

  private static Predicate<CachedTranslation> local(int pcid) {
    return entry -> !entry.global && entry.pcid == pcid;
  }

  private static Predicate<CachedTranslation> localOrGlobal(int pcid) {
    return entry -> entry.global || entry.pcid == pcid;
  }

  private static Predicate<CachedTranslation> structuresOf(int pcid) {
    return entry -> entry.pcid == pcid;
  }

  private int tell(List<CachedTranslation> dropped, Invalidation why) {
    int count = dropped.size();
    if (count != 0) {
      for (CachedTranslation entry : dropped.toArray(CachedTranslation[]::new)) {
        TlbHooks.drop(owner, entry, why);
      }
    }
    return count;
  }

  void pageFault(long va) {
    int pcid = mode.pcid;
    structures.removeIf(entry -> entry.pcid == pcid && entry.covers(va));
    int dropped = tell(tlb.removeCovering(va, localOrGlobal(pcid)), Invalidation.PAGE_FAULT);
    if (dropped != 0) {
      TlbHooks.invalidate(owner, Invalidation.PAGE_FAULT, va, pcid, dropped);
    }
  }

  @Override
  public void invalidatePage(long va, Invalidation why) {
    locked(
        () -> {
          int pcid = mode.pcid;
          structures.removeIf(structuresOf(pcid));
          int dropped = tell(tlb.removeCovering(va, localOrGlobal(pcid)), why);
          TlbHooks.invalidate(owner, why, va, pcid, dropped);
        });
  }

  @Override
  public void invalidatePage(long va, int pcid, Invalidation why) {
    locked(
        () -> {
          structures.removeIf(entry -> entry.pcid == pcid && entry.covers(va));
          int dropped = tell(tlb.removeCovering(va, local(pcid)), why);
          TlbHooks.invalidate(owner, why, va, pcid, dropped);
        });
  }

  @Override
  public void invalidatePcid(int pcid, Invalidation why) {
    locked(
        () -> {
          structures.removeIf(structuresOf(pcid));
          int dropped = tell(tlb.removeIf(local(pcid)), why);
          TlbHooks.invalidate(owner, why, -1, pcid, dropped);
        });
  }

  @Override
  public void invalidateAll(boolean globals, Invalidation why) {
    locked(
        () -> {
          structures.removeIf(ANY);
          int dropped = tell(tlb.removeIf(globals ? ANY : entry -> !entry.global), why);
          TlbHooks.invalidate(owner, why, -1, -1, dropped);
        });
  }

  void invpcid(int type, int pcid, long va) {
    switch (type) {
      case 0 -> invalidatePage(va, pcid, Invalidation.INVPCID_ADDRESS);
      case 1 -> invalidatePcid(pcid, Invalidation.INVPCID_CONTEXT);
      case 2 -> invalidateAll(true, Invalidation.INVPCID_ALL_GLOBAL);
      case 3 -> invalidateAll(false, Invalidation.INVPCID_ALL);
      default -> throw new IllegalArgumentException("INVPCID type " + type);
    }
  }

  /**
   * CR0, CR4 or EFER went from {@code before} to {@code after}; the mode is already the new one.
   */
  void control(int register, long before, long after) {
    locked(
        () -> {
          long changed = before ^ after;
          long gone = changed & before;
          if (register == 0 && (gone & CpuState.CR0_PG) != 0
              || register == 4
                  && ((changed & CpuState.CR4_PGE) != 0 || (gone & CpuState.CR4_PCIDE) != 0)) {
            invalidateAll(true, Invalidation.CONTROL);
          } else if (register == 4
              && ((changed & (CpuState.CR4_PAE | CpuState.CR4_PSE)) != 0
                  || (changed & after & CpuState.CR4_SMEP) != 0)) {
            int pcid = mode.pcid;
            structures.removeIf(structuresOf(pcid));
            int dropped = tell(tlb.removeIf(localOrGlobal(pcid)), Invalidation.CONTROL);
            TlbHooks.invalidate(owner, Invalidation.CONTROL, -1, pcid, dropped);
          }
        });
  }

  /** INVLPGB of any vCPU's thread; the owner's carries it out. */
  void receive(int flags, long va, int pcid, int count, long stride) {
    Runnable operation = () -> invlpgb(flags, va, pcid, count, stride);
    if (memory.world().here(owner.index())) {
      operation.run();
    } else {
      memory.world().post(owner.index(), true, operation);
    }
  }

  /** Pages {@code va + i * stride}, i = 0..count; see {@link Mmu#invlpgb}. */
  private void invlpgb(int flags, long va, int pcid, int count, long stride) {
    locked(
        () -> {
          boolean byVa = (flags & VA_VALID) != 0;
          boolean byPcid = (flags & PCID_VALID) != 0;
          boolean globals = (flags & INCLUDE_GLOBAL) != 0;
          boolean canonical = mode.canonical(va);
          Predicate<CachedTranslation> named =
              entry -> !byVa || namedBy(entry, canonical, va, count, stride);
          if ((flags & FINAL_ONLY) == 0) {
            structures.removeIf(entry -> (!byPcid || entry.pcid == pcid) && named.test(entry));
          }
          Predicate<CachedTranslation> which =
              entry ->
                  (entry.global ? globals : !byPcid || entry.pcid == pcid) && named.test(entry);
          int dropped = tell(tlb.removeIf(which), Invalidation.INVLPGB);
          TlbHooks.invalidate(
              owner, Invalidation.INVLPGB, byVa ? va : -1, byPcid ? pcid : -1, dropped);
        });
  }

  /**
   * True if one of the addresses lies in the entry's page; addresses that are not canonical lie in
   * none.
   */
  private static boolean namedBy(
      CachedTranslation entry, boolean canonical, long va, int count, long stride) {
    if (!canonical) {
      return false;
    }
    long size = 1L << entry.shift;
    long first = entry.va <= va ? 0 : (entry.va - va + stride - 1) / stride;
    long candidate = va + first * stride;
    return first <= count && candidate - entry.va < size;
  }

  @Override
  public List<TlbEntry> entries() {
    memory.world().lockTlb();
    try {
      return List.copyOf(tlb.entries());
    } finally {
      memory.world().unlockTlb();
    }
  }

  @Override
  public List<TlbEntry> structureEntries() {
    memory.world().lockTlb();
    try {
      return List.copyOf(structures.entries());
    } finally {
      memory.world().unlockTlb();
    }
  }

  @Override
  public void watch(TlbEntry entry) {
    CachedTranslation cached = (CachedTranslation) entry;
    locked(() -> cached.watched = true);
    derived.left(cached);
  }

  @Override
  public boolean agreesWithPageTables(TlbEntry entry) {
    memory.world().lock();
    try {
      return agreement.holds((CachedTranslation) entry);
    } finally {
      memory.world().unlock();
    }
  }

  /** See {@link Mmu#translateQuiet}. */
  long translate(long va) {
    memory.world().lock();
    try {
      return agreement.translate(va);
    } finally {
      memory.world().unlock();
    }
  }

  @Override
  public Mapping lookup(long root, long va) {
    memory.world().lock();
    try {
      return agreement.lookup(root, va);
    } finally {
      memory.world().unlock();
    }
  }
}
