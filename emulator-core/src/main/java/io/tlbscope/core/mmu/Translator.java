package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.TlbHooks;
import io.tlbscope.core.hook.TlbLevel;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;

/**
 * An access's way from linear to physical address: TLB, else page walk from the nearest
 * paging-structure-cache entry, else fault (Intel SDM vol. 3A, 4.10.2 and 4.10.3).
 */
final class Translator {
  /** The translation that {@link #resolve} went through last. */
  CachedTranslation entry = CachedTranslation.NOBODY;

  private final Vcpu owner;
  private final CpuState s;
  private final GuestFault fault;
  private final PagingMode mode;
  private final PageWalker walker;
  private final Tlb tlb;
  private final StructureCaches structures;
  private final Invalidator invalidator;
  private final PageWalker.Structures cacheStructure = this::cacheStructure;

  private long serial;
  private boolean userMode;
  private boolean ac;

  Translator(
      Vcpu owner,
      CpuState s,
      GuestFault fault,
      PagingMode mode,
      PageWalker walker,
      Tlb tlb,
      StructureCaches structures,
      Invalidator invalidator) {
    this.owner = owner;
    this.s = s;
    this.fault = fault;
    this.mode = mode;
    this.walker = walker;
    this.tlb = tlb;
    this.structures = structures;
    this.invalidator = invalidator;
  }

  /**
   * Physical address of {@code va}, 32 bits outside long mode; leaves the translation in {@link
   * #entry}.
   *
   * @param implicit the processor's own access, supervisor at any CPL
   */
  long resolve(long va, Access access, boolean implicit) {
    if (mode.levels == 0) {
      entry = CachedTranslation.NOBODY;
      return va;
    }
    if (mode.longMode && !mode.canonical(va)) {
      throw fault.with(GuestFault.GP, 0);
    }
    userMode = !implicit && s.cpl == 3;
    ac = !implicit && (s.flags.system() & CpuState.AC) != 0;
    boolean code = access == Access.FETCH;
    CachedTranslation hit = tlb.lookup(va, mode.pcid, code);
    if (hit == null) {
      walk(va, access);
      hit = fill(va, access);
    } else if (!allowed(hit.writable, hit.user, hit.executable, hit.key, access)) {
      throw pageFault(va, access, denied(hit.user, hit.key, access));
    } else if (access == Access.WRITE && !hit.dirty) {
      hit = setDirty(hit, va);
    }
    if (hit.watched) {
      TlbHooks.use(owner, hit, va, access);
    }
    entry = hit;
    return hit.translate(va);
  }

  /** A data access may end a translation that fetches use. */
  boolean mayLoseCode() {
    return tlb.holdsStrayCode();
  }

  private boolean allowed(
      boolean writable, boolean user, boolean executable, int key, Access access) {
    return Permissions.allow(mode, writable, user, executable, access, userMode, ac)
        && !Permissions.keyForbids(mode, s.pkru, key, user, access, userMode);
  }

  /** The error code's part that tells of a translation that does not allow the access. */
  private int denied(boolean user, int key, Access access) {
    boolean forbids = Permissions.keyForbids(mode, s.pkru, key, user, access, userMode);
    return forbids ? Permissions.PRESENT | Permissions.KEY : Permissions.PRESENT;
  }

  /** Walks to a translation that allows the access, A and D bits set; leaves it in the walker. */
  private void walk(long va, Access access) {
    Walk walk = walker.walk;
    do {
      CachedTranslation from = structures.find(va, mode.pcid);
      if (from == null) {
        walker.start(mode.root);
      } else {
        if (from.watched) {
          TlbHooks.use(owner, from, va, access);
        }
        walk.resume(from);
      }
      if (!walker.descend(va, cacheStructure)) {
        TlbHooks.walk(owner, va, access, -1, walk.steps);
        throw pageFault(va, access, walker.cause);
      }
      if (!allowed(walk.writable, walk.user, walk.executable, walk.key, access)) {
        TlbHooks.walk(owner, va, access, found(va), walk.steps);
        throw pageFault(va, access, denied(walk.user, walk.key, access));
      }
    } while (!walker.commit(access == Access.WRITE));
    TlbHooks.walk(owner, va, access, found(va), walk.steps);
  }

  private long found(long va) {
    return walker.walk.pa | va & (1L << walker.walk.shift) - 1;
  }

  private CachedTranslation fill(long va, Access access) {
    boolean code = access == Access.FETCH;
    TlbLevel level =
        !tlb.hasFirstLevel() ? TlbLevel.L2 : code ? TlbLevel.L1_CODE : TlbLevel.L1_DATA;
    CachedTranslation filled =
        new CachedTranslation(++serial, level, va, mode.pcid, mode.root, walker.walk);
    tlb.insert(filled, code);
    TlbHooks.fill(owner, filled, access);
    return filled;
  }

  private void cacheStructure(long va, Walk walk) {
    structures.insert(
        new CachedTranslation(
            ++serial, StructureCaches.level(walk.shift), va, mode.pcid, mode.root, walk));
  }

  /** A write through an entry without D walks again to set it; what it finds counts. */
  private CachedTranslation setDirty(CachedTranslation hit, long va) {
    walk(va, Access.WRITE);
    Walk walk = walker.walk;
    if (hit.shift == walk.shift
        && hit.pa == walk.pa
        && hit.writable == walk.writable
        && hit.user == walk.user
        && hit.executable == walk.executable
        && hit.global == walk.global
        && hit.key == walk.key) {
      hit.dirty = true;
      return hit;
    }
    tlb.replace(hit, va, mode.pcid, walk);
    return fill(va, Access.WRITE);
  }

  private GuestFault pageFault(long va, Access access, int cause) {
    invalidator.pageFault(va);
    s.cr2 = va;
    return fault.with(GuestFault.PF, Permissions.errorCode(mode, cause, access, userMode));
  }

  /** Gives away the TLB, all caches and the walker; the look-asides' entries are in the table. */
  EntryTable save(StateWriter to) {
    to.tag("mmu");
    EntryTable table = EntryTable.of(tlb.entries(), structures.entries());
    table.save(to);
    tlb.save(to, table);
    structures.save(to, table);
    to.put(walker);
    to.putLong(serial);
    return table;
  }

  EntryTable load(StateReader from) {
    from.tag("mmu");
    EntryTable table = EntryTable.load(from);
    tlb.load(from, table);
    structures.load(from, table);
    from.get(walker);
    serial = from.getLong();
    entry = CachedTranslation.NOBODY;
    return table;
  }
}
