package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.memory.PageListener;
import io.tlbscope.core.memory.PhysicalMemory;

/**
 * One vCPU's view of memory: paging, the architectural TLB and the look-aside in front of it. All addresses are linear.
 * Every access may throw the vCPU's GuestFault (#PF with CR2 set, or #GP(0) for a non-canonical address) with nothing
 * changed.
 */
public final class Mmu implements PageListener {
  private static final long PAGE = LookAside.PAGE;

  private final CpuState s;
  private final GuestFault fault;
  private final PhysicalMemory memory;
  private final PagingMode mode = new PagingMode();
  private final LookAside lookAside = new LookAside();
  private final Translator translator;
  private final SlowAccess slow;

  /** Host address of the current view's look-aside table. */
  private long table;

  private int view;
  private long generation;

  /**
   * @param leaveBlock told when the running block must be left after the current instruction (MMIO, code changed)
   */
  public Mmu(Vcpu owner, CpuState s, GuestFault fault, PhysicalMemory memory, TlbGeometry geometry, Runnable leaveBlock) {
    this.s = s;
    this.fault = fault;
    this.memory = memory;
    translator = new Translator(mode);
    slow = new SlowAccess(owner, fault, memory, mode, translator, lookAside, leaveBlock);
    memory.listen(this);
    dropLookAside();
  }

  /** Loads a byte, zero-extended, at the current privilege level. */
  public long load8(long va) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va & PAGE)
        ? HostMemory.getByte(HostMemory.getLong(slot + 16) + va) & 0xFFL
        : slow.load(va, 1, view);
  }

  public long load16(long va) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va + 1 & PAGE)
        ? HostMemory.getShort(HostMemory.getLong(slot + 16) + va) & 0xFFFFL
        : slow.load(va, 2, view);
  }

  public long load32(long va) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va + 3 & PAGE)
        ? HostMemory.getInt(HostMemory.getLong(slot + 16) + va) & 0xFFFF_FFFFL
        : slow.load(va, 4, view);
  }

  public long load64(long va) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va + 7 & PAGE)
        ? HostMemory.getLong(HostMemory.getLong(slot + 16) + va)
        : slow.load(va, 8, view);
  }

  public void store8(long va, long value) {
    long slot = table + LookAside.slot(va);
    if (HostMemory.getLong(slot + 8) == (va & PAGE)) {
      HostMemory.putByte(HostMemory.getLong(slot + 16) + va, (byte) value);
    } else {
      slow.store(va, 1, value, view);
    }
  }

  public void store16(long va, long value) {
    long slot = table + LookAside.slot(va);
    if (HostMemory.getLong(slot + 8) == (va + 1 & PAGE)) {
      HostMemory.putShort(HostMemory.getLong(slot + 16) + va, (short) value);
    } else {
      slow.store(va, 2, value, view);
    }
  }

  public void store32(long va, long value) {
    long slot = table + LookAside.slot(va);
    if (HostMemory.getLong(slot + 8) == (va + 3 & PAGE)) {
      HostMemory.putInt(HostMemory.getLong(slot + 16) + va, (int) value);
    } else {
      slow.store(va, 4, value, view);
    }
  }

  public void store64(long va, long value) {
    long slot = table + LookAside.slot(va);
    if (HostMemory.getLong(slot + 8) == (va + 7 & PAGE)) {
      HostMemory.putLong(HostMemory.getLong(slot + 16) + va, value);
    } else {
      slow.store(va, 8, value, view);
    }
  }

  /** Loads 16 bytes as two quadwords into {@code into[index]} (low) and {@code into[index + 1]}; all or nothing. */
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

  /** Load through the stack segment: a non-canonical address raises #SS(0). {@code bytes} 1, 2, 4 or 8. */
  public long loadStack(long va, int bytes) {
    try {
      return load(va, bytes);
    } catch (GuestFault f) {
      throw stackFault(f);
    }
  }

  /** Store through the stack segment: a non-canonical address raises #SS(0). {@code bytes} 1, 2, 4 or 8. */
  public void storeStack(long va, int bytes, long value) {
    try {
      store(va, bytes, value);
    } catch (GuestFault f) {
      throw stackFault(f);
    }
  }

  private static GuestFault stackFault(GuestFault f) {
    return f.vector() == GuestFault.GP ? f.with(GuestFault.SS, 0) : f;
  }

  private long load(long va, int bytes) {
    return switch (bytes) {
      case 1 -> load8(va);
      case 2 -> load16(va);
      case 4 -> load32(va);
      default -> load64(va);
    };
  }

  private void store(long va, int bytes, long value) {
    switch (bytes) {
      case 1 -> store8(va, value);
      case 2 -> store16(va, value);
      case 4 -> store32(va, value);
      default -> store64(va, value);
    }
  }

  /** Raises what a store of {@code bytes} (1..4096) at {@code va} would raise, sets A/D bits, changes no data. */
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
   * Host address of {@code bytes} (1..4096) readable bytes in one page, for REP strings; 0 if they are not all behind the
   * look-aside now (after a single load they may be). Good until the next access through this class.
   */
  public long hostAddressForRead(long va, int bytes) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot) == (va + bytes - 1 & PAGE) ? HostMemory.getLong(slot + 16) + va : 0;
  }

  /** As {@link #hostAddressForRead}, for stores. */
  public long hostAddressForWrite(long va, int bytes) {
    long slot = table + LookAside.slot(va);
    return HostMemory.getLong(slot + 8) == (va + bytes - 1 & PAGE) ? HostMemory.getLong(slot + 16) + va : 0;
  }

  /**
   * Load as the processor itself does for descriptor tables, TSS and stacks of a more privileged level: implicit
   * supervisor access. {@code bytes} 1..8.
   */
  public long loadSystem(long va, int bytes) {
    return slow.load(va, bytes, -1);
  }

  public void storeSystem(long va, int bytes, long value) {
    slow.store(va, bytes, value, -1);
  }

  /** Physical address of the instruction byte at {@code va}; fills the TLB as a fetch does. */
  public long fetch(long va) {
    return slow.fetch(va);
  }

  /**
   * Changes whenever a translation that {@link #fetch} gave may no longer hold: invalidation or eviction of a code entry, change of
   * mode or CPL. While it stays the same the engine uses its translations again without asking. Never -1.
   */
  public long fetchGeneration() {
    return generation;
  }

  /**
   * After a change of CR0, CR3, CR4, EFER, CPL or RFLAGS.AC that changes what accesses are allowed or how they translate;
   * flushes only the look-aside's view.
   */
  public void modeChanged() {
    if (mode.refresh(s)) {
      dropLookAside();
    } else {
      view = mode.view(s);
      table = lookAside.table(view);
      generation++;
    }
  }

  /** Forgets all host addresses; the TLB stays. */
  public void dropLookAside() {
    mode.refresh(s);
    lookAside.clear();
    view = mode.view(s);
    table = lookAside.table(view);
    generation++;
  }

  @Override
  public void pageChanged(long paPage) {
    if (memory.isRam(paPage)) {
      lookAside.removePage(memory.ha(paPage));
    }
    generation++;
  }

  @Override
  public void memoryClosed() {
    dropLookAside();
  }

  /** MOV to CR3's effect on the TLB: value as written, bit 63 = do not flush. Call after s.cr3 was set. */
  public void cr3Written(long value) {
    modeChanged();
  }

  /** CR0, CR4 or EFER changed: drops what the manual says must go. */
  public void controlWritten(int register, long before, long after) {
    modeChanged();
  }

  public void invlpg(long va) {
  }

  /** INVPCID, operands checked by the caller. */
  public void invpcid(int type, int pcid, long va) {
  }

  /**
   * INVLPGB as received by this vCPU.
   *
   * @param flags rAX bits 5..0 (AMD APM vol. 3): VA, PCID, ASID, global, final translation only, nested
   * @param count extra pages after the first, as ECX[15:0]
   */
  public void invlpgb(int flags, long va, int pcid, int count, boolean stride2M) {
  }

  public void reset() {
    modeChanged();
  }
}
