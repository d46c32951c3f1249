package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TlbControl;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.memory.AtomicKind;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.memory.PageListener;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.memory.StoreLog;
import io.tlbscope.core.memory.World;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * One vCPU's view of memory: paging, the architectural TLB and the look-aside in front of it, all
 * of which is state. All addresses are linear. Every access may throw the vCPU's GuestFault (#PF
 * with CR2 set, or #GP(0) for a non-canonical address) with nothing changed.
 */
public final class Mmu implements PageListener, Stateful {
  private static final long PAGE = LookAside.PAGE;

  private final Vcpu owner;
  private final CpuState s;
  private final GuestFault fault;
  private final PhysicalMemory memory;
  private final PagingMode mode = new PagingMode();
  private final LookAside lookAside = new LookAside();
  private final FetchLookAside fetches = new FetchLookAside();
  private final PageWalker walker;
  private final Invalidator invalidator;
  private final Translator translator;
  private final SlowAccess slow;
  private final LockedAccess locked;

  /** Host address of the current view's look-aside table. */
  private long table;

  private int view;

  /**
   * @param leaveBlock told when the running block must be left after the current instruction (MMIO,
   *     code changed)
   */
  public Mmu(
      Vcpu owner,
      CpuState s,
      GuestFault fault,
      PhysicalMemory memory,
      TlbGeometry geometry,
      Runnable leaveBlock) {
    this.owner = owner;
    this.s = s;
    this.fault = fault;
    this.memory = memory;
    walker = new PageWalker(memory, mode);
    Agreement agreement = new Agreement(mode, new PageWalker(memory, mode));
    Tlb tlb = new Tlb(owner, geometry, this::forget);
    StructureCaches structures = new StructureCaches(geometry);
    invalidator = new Invalidator(owner, mode, tlb, structures, agreement, this::forget, memory);
    translator = new Translator(owner, s, fault, mode, walker, tlb, structures, invalidator);
    slow =
        new SlowAccess(
            owner, fault, memory, mode, translator, lookAside, leaveBlock, s.breakpoints);
    locked = new LockedAccess(memory, lookAside, slow);
    memory.listen(this);
    dropLookAside();
  }

  /** From now on the vCPU's stores wait in {@code stores}; before it runs. */
  public void buffer(BufferedStores stores) {
    slow.buffered = walker.buffered = stores;
    choose();
  }

  private void forget(CachedTranslation entry) {
    if (!world().here(owner.index())) {
      world().post(owner.index(), false, () -> forget(entry));
      return;
    }
    lookAside.remove(entry);
    if (entry.fetched) {
      fetches.forget();
    }
  }

  /** Loads a byte, zero-extended, at the current privilege level. */
  public long load8(long va) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va & PAGE)
        ? HostMemory.loadByte(HostMemory.getLong(slot + 16) + va) & 0xFFL
        : slow.load(va, 1, view);
  }

  public long load16(long va) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va + 1 & PAGE)
        ? HostMemory.loadShort(HostMemory.getLong(slot + 16) + va) & 0xFFFFL
        : slow.load(va, 2, view);
  }

  public long load32(long va) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va + 3 & PAGE)
        ? HostMemory.loadInt(HostMemory.getLong(slot + 16) + va) & 0xFFFF_FFFFL
        : slow.load(va, 4, view);
  }

  public long load64(long va) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va + 7 & PAGE)
        ? HostMemory.loadLong(HostMemory.getLong(slot + 16) + va)
        : slow.load(va, 8, view);
  }

  public void store8(long va, long value) {
    long slot = table + LookAside.slot(va);
    if (HostMemory.getLong(slot + 8) == (va & PAGE)) {
      HostMemory.storeByte(HostMemory.getLong(slot + 16) + va, (byte) value);
    } else {
      slow.store(va, 1, value, view);
    }
  }

  public void store16(long va, long value) {
    long slot = table + LookAside.slot(va);
    if (HostMemory.getLong(slot + 8) == (va + 1 & PAGE)) {
      HostMemory.storeShort(HostMemory.getLong(slot + 16) + va, (short) value);
    } else {
      slow.store(va, 2, value, view);
    }
  }

  public void store32(long va, long value) {
    long slot = table + LookAside.slot(va);
    if (HostMemory.getLong(slot + 8) == (va + 3 & PAGE)) {
      HostMemory.storeInt(HostMemory.getLong(slot + 16) + va, (int) value);
    } else {
      slow.store(va, 4, value, view);
    }
  }

  public void store64(long va, long value) {
    long slot = table + LookAside.slot(va);
    if (HostMemory.getLong(slot + 8) == (va + 7 & PAGE)) {
      HostMemory.storeLong(HostMemory.getLong(slot + 16) + va, value);
    } else {
      slow.store(va, 8, value, view);
    }
  }

  /**
   * Loads 16 bytes as two quadwords into {@code into[index]} (low) and {@code into[index + 1]}; all
   * or nothing.
   */
  public void load128(long va, long[] into, int index) {
    probeRead(va, 16);
    long low = load64(va);
    into[index + 1] = load64(va + 8);
    into[index] = low;
  }

  /** Stores 16 bytes as two quadwords; all or nothing. */
  public void store128(long va, long low, long high) {
    probeWrite(va, 16);
    store64(va, low);
    store64(va + 8, high);
  }

  /**
   * Locked operation on {@code bytes} (1, 2, 4, 8) at {@code va}, indivisible to all vCPUs and a
   * full fence.
   *
   * @param expected low bits count, for {@link AtomicKind#COMPARE_EXCHANGE} alone
   * @param operand low bits count
   * @return what was there, zero-extended
   */
  public long atomic(AtomicKind kind, long va, int bytes, long expected, long operand) {
    long slot = table + LookAside.slot(va);
    long page = va + bytes - 1 & PAGE;
    return HostMemory.getLong(slot) == page && HostMemory.getLong(slot + 8) == page
        ? memory.atomic(kind, HostMemory.getLong(slot + 16) + va, bytes, expected, operand)
        : locked.apply(kind, va, bytes, expected, operand, view);
  }

  /**
   * LOCK CMPXCHG16B; {@code va} a multiple of 16.
   *
   * @param values expected low and high, replacement low and high; the first two become what was
   *     there
   * @return true if it was what was expected
   */
  public boolean compareExchange128(long va, long[] values) {
    long slot = table + LookAside.slot(va);
    long page = va & PAGE;
    return HostMemory.getLong(slot) == page && HostMemory.getLong(slot + 8) == page
        ? memory.compareExchange128(HostMemory.getLong(slot + 16) + va, values)
        : locked.exchange128(va, values, view);
  }

  /**
   * Raises what a store of {@code bytes} (1..4096) at {@code va} would raise, sets A/D bits,
   * changes no data.
   */
  public void probeWrite(long va, int bytes) {
    if (HostMemory.getLong(table + LookAside.slot(va) + 8) != (va + bytes - 1 & PAGE)) {
      slow.probe(va, bytes, Access.WRITE, view);
    }
  }

  /** Raises what a load would raise. */
  public void probeRead(long va, int bytes) {
    if (HostMemory.getLong(table + LookAside.slot(va)) != (va + bytes - 1 & PAGE)) {
      slow.probe(va, bytes, Access.READ, view);
    }
  }

  /**
   * Has the look-aside serve an access of {@code bytes} (1..16) that it did not, if nobody needs to
   * be told: neither TLB events nor RIP are anybody's business then.
   *
   * @return false if the access has to be made by its instruction, and then happens as if this had
   *     not been asked
   */
  public boolean refill(long va, int bytes, boolean reads, boolean writes) {
    return slow.refill(va, bytes, reads, writes, view);
  }

  /**
   * Host address of {@code bytes} (1..4096) readable bytes in one page, for REP strings; 0 if they
   * are not all behind the look-aside now (after a single load they may be). Good until the next
   * access through this class.
   */
  public long hostAddressForRead(long va, int bytes) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va + bytes - 1 & PAGE)
        ? HostMemory.getLong(slot + 16) + va
        : 0;
  }

  /** As {@link #hostAddressForRead}, for stores. */
  public long hostAddressForWrite(long va, int bytes) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot + 8) == (va + bytes - 1 & PAGE)
        ? HostMemory.getLong(slot + 16) + va
        : 0;
  }

  /**
   * Load as the processor itself does for descriptor tables, TSS and stacks of a more privileged
   * level: implicit supervisor access. {@code bytes} 1..8.
   */
  public long loadSystem(long va, int bytes) {
    return slow.load(va, bytes, -1);
  }

  public void storeSystem(long va, int bytes, long value) {
    slow.store(va, bytes, value, -1);
  }

  /** Raises what {@link #storeSystem} of {@code bytes} (1..4096) would raise. */
  public void probeSystem(long va, int bytes) {
    slow.probe(va, bytes, Access.WRITE, -1);
  }

  /** Physical address of the instruction byte at {@code va}; fills the TLB as a fetch does. */
  public long fetch(long va) {
    long pa = fetches.find(view, va);
    if (pa < 0) {
      pa = slow.fetch(va);
      fetches.fill(view, va, pa, translator.entry);
    }
    return pa;
  }

  /**
   * Physical page of the code page of {@code va}, if a {@link #fetch} would find it without asking
   * the TLB; else -1. No side effects.
   */
  public long fetchedPage(long va) {
    return fetches.find(view, va & PAGE);
  }

  /** Host address of the look-aside table that accesses at the current privilege level use. */
  public long table() {
    return table;
  }

  /**
   * Notes each store in {@code log} before it is made, until null is given; no mode may change in
   * between. What the look-aside holds is served from it as ever, with no question to the TLB.
   */
  public void record(StoreLog log) {
    slow.log = log;
    choose();
  }

  /**
   * Changes whenever a translation that {@link #fetch} gave may no longer hold: invalidation or
   * eviction of a code entry, change of mode or CPL. While it stays the same the engine uses its
   * translations again without asking; an earlier value that comes back (the kernel returns to user
   * mode) makes the translations of that time good again. Never -1.
   */
  public long fetchGeneration() {
    return fetches.generation(view);
  }

  /**
   * After a change of CR0, CR3, CR4, EFER, CPL or RFLAGS.AC that changes what accesses are allowed
   * or how they translate; flushes only the look-aside's view.
   */
  public void modeChanged() {
    if (mode.refresh(s)) {
      dropLookAside();
    } else {
      choose();
    }
  }

  /**
   * The view of the current privilege level. While alignment is checked (Intel SDM vol. 3A, 6.15,
   * #AC), recorded or buffered every access goes the slow way, which looks.
   */
  private void choose() {
    view = mode.view(s);
    slow.aligned = mode.checksAlignment(s);
    boolean slowly = slow.aligned || slow.log != null || slow.buffered != null;
    table = slowly ? lookAside.blank() : lookAside.table(view);
  }

  /** Forgets all host addresses; the TLB stays. */
  public void dropLookAside() {
    mode.refresh(s);
    lookAside.clear();
    fetches.forget();
    choose();
  }

  /** PKRU changed: what the look-aside serves is asked for again; the TLB stays. */
  public void keysChanged() {
    if (mode.pke) {
      lookAside.clear();
    }
  }

  @Override
  public void pageChanged(long paPage) {
    if (!memory.isRam(paPage)) {
      return;
    }
    if (world().here(owner.index())) {
      lookAside.removePage(memory.ha(paPage));
    } else {
      long ha = memory.ha(paPage);
      world().post(owner.index(), false, () -> lookAside.removePage(ha));
    }
  }

  @Override
  public void codeComes(long paPage) {
    if (slow.buffered != null) {
      slow.buffered.drain(paPage, 4096);
    }
  }

  /** True on the thread that runs the vCPU, and while that stands still. */
  public boolean here() {
    return world().here(owner.index());
  }

  private World world() {
    return memory.world();
  }

  @Override
  public void memoryClosed() {
    dropLookAside();
  }

  /**
   * Raises #GP(0) if {@code cr3} leads to PDPTEs with reserved bits; ask before the register that
   * loads them is set.
   */
  public void checkPdptes(long cr3) {
    if (!walker.pdptesValid(cr3)) {
      throw fault.with(GuestFault.GP, 0);
    }
  }

  /** MOV to CR3's effect on the TLB, after s.cr3 was set: as written, bit 63 = do not flush. */
  public void cr3Written(long value) {
    modeChanged();
    loadPdptes();
    if ((s.cr4 & CpuState.CR4_PCIDE) == 0 || value >= 0) {
      invalidator.invalidatePcid(mode.pcid, Invalidation.CR3);
    }
  }

  /**
   * CR0 (0), CR4 (4) or EFER (0xC0000080) changed: drops what the manual says must go. Call after
   * the state was set.
   */
  public void controlWritten(int register, long before, long after) {
    modeChanged();
    long changed = before ^ after;
    if (PagingMode.reloadsPdptes(register, changed)) {
      loadPdptes();
    }
    invalidator.control(register, before, after);
  }

  /** The PDPTE registers of PAE paging (Intel SDM vol. 3A, 4.4.1). */
  private void loadPdptes() {
    if (mode.levels == 3) {
      checkPdptes(mode.root);
      walker.loadPdptes();
    }
  }

  public void invlpg(long va) {
    invalidator.invalidatePage(slow.linear(va), Invalidation.INVLPG);
  }

  /** INVPCID type 0..3, operands checked by the caller. */
  public void invpcid(int type, int pcid, long va) {
    invalidator.invpcid(type, pcid, slow.linear(va));
  }

  /**
   * INVLPGB as received by this vCPU; any vCPU's thread may ask. Each page named drops the entries
   * of any size that hold its first address, and no others: a 2 MiB stride leaves 4 KiB entries
   * between the addresses alone.
   *
   * @param flags rAX bits 5..0 (AMD APM vol. 3): VA, PCID, ASID, global, final translation only,
   *     nested; there is one ASID, 0
   * @param count extra pages after the first, as ECX[15:0]
   */
  public void invlpgb(int flags, long va, int pcid, int count, boolean stride2M) {
    invalidator.receive(flags, va & PAGE, pcid, count, stride2M ? 1L << 21 : 1L << 12);
  }

  /** TLBSYNC: what this vCPU asked others to invalidate is invalid. */
  public void tlbsync() {
    world().sync();
  }

  /** INIT or power-on, after the state was reset. */
  public void reset() {
    modeChanged();
    invalidator.invalidateAll(true, Invalidation.RESET);
    dropLookAside();
  }

  /** The architectural TLB. */
  public TlbControl tlb() {
    return invalidator;
  }

  /**
   * Physical address by the page tables as they are, without side effects and without looking at
   * rights; -1 if not mapped.
   */
  public long translateQuiet(long va) {
    return invalidator.translate(va);
  }

  /** The byte at a linear address, looked up as {@link #translateQuiet} does; 0 if not mapped. */
  public int peek8(long va) {
    long pa = translateQuiet(va);
    return pa < 0 ? 0 : (int) memory.read(pa, 1);
  }

  /** For tests of the subset rule. */
  LookAside lookAside() {
    return lookAside;
  }

  @Override
  public void save(StateWriter to) {
    lookAside.save(to, memory, translator.save(to));
    fetches.save(to);
  }

  @Override
  public void load(StateReader from) {
    mode.refresh(s);
    lookAside.load(from, memory, translator.load(from));
    fetches.load(from);
    choose();
  }
}
