package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.Breakpoints;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.MemoryHooks;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.memory.AtomicKind;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.memory.MmioDevice;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.memory.StoreLog;

/**
 * Data accesses that the look-aside did not serve: first touch, page-crossing, watched pages, code
 * pages, MMIO. All pages of an access are translated before anything is read or written.
 */
final class SlowAccess {
  private final Vcpu owner;
  private final GuestFault fault;
  private final PhysicalMemory memory;
  private final PagingMode mode;
  private final Translator translator;
  private final LookAside lookAside;
  private final Runnable leaveBlock;
  private final Breakpoints breakpoints;
  private final long[] mmioValue = new long[1];

  /** See {@link Mmu#record}. */
  StoreLog log;

  /** Where stores wait to become visible; null when they do not. */
  BufferedStores buffered;

  /** Accesses that are not the processor's own must be aligned to their size, up to 8 bytes. */
  boolean aligned;

  SlowAccess(
      Vcpu owner,
      GuestFault fault,
      PhysicalMemory memory,
      PagingMode mode,
      Translator translator,
      LookAside lookAside,
      Runnable leaveBlock,
      Breakpoints breakpoints) {
    this.owner = owner;
    this.fault = fault;
    this.memory = memory;
    this.mode = mode;
    this.translator = translator;
    this.lookAside = lookAside;
    this.leaveBlock = leaveBlock;
    this.breakpoints = breakpoints;
  }

  /**
   * Loads 1..8 bytes, zero-extended.
   *
   * @param view look-aside view to fill, or -1 for the processor's own accesses (implicit
   *     supervisor)
   */
  long load(long va, int bytes, int view) {
    checkAlignment(va, bytes, view);
    int first = bytesInPage(va);
    if (looksItself() && view >= 0 && bytes <= first && lookAside.reads(view, va)) {
      return seen(lookAside.ha(view, va), bytes);
    }
    if (bytes <= first) {
      return loadPage(linear(va), translate(va, Access.READ, view), bytes, view);
    }
    checkCanonical(va, bytes);
    long va2 = linear(va + first);
    long pa = translate(va, Access.READ, view);
    CachedTranslation entry = translator.entry;
    long pa2 = translate(va2, Access.READ, view);
    CachedTranslation entry2 = translator.entry;
    translator.entry = entry;
    long low = loadPage(linear(va), pa, first, view);
    translator.entry = entry2;
    return low | loadPage(va2, pa2, bytes - first, view) << 8 * first;
  }

  void store(long va, int bytes, long value, int view) {
    checkAlignment(va, bytes, view);
    int first = bytesInPage(va);
    if (looksItself() && view >= 0 && bytes <= first && lookAside.writes(view, va)) {
      long ha = lookAside.ha(view, va);
      if (buffered != null) {
        buffered.add(va, memory.pa(ha), bytes, value);
        return;
      }
      log.add(ha, bytes);
      write(ha, bytes, value);
      return;
    }
    if (bytes <= first) {
      storePage(linear(va), translate(va, Access.WRITE, view), bytes, value, view);
      return;
    }
    checkCanonical(va, bytes);
    long va2 = linear(va + first);
    long pa = translate(va, Access.WRITE, view);
    CachedTranslation entry = translator.entry;
    long pa2 = translate(va2, Access.WRITE, view);
    CachedTranslation entry2 = translator.entry;
    translator.entry = entry;
    storePage(linear(va), pa, first, value, view);
    translator.entry = entry2;
    storePage(va2, pa2, bytes - first, value >>> 8 * first, view);
  }

  /** Raises #AC(0) for what is not aligned while that is checked. */
  void checkAlignment(long va, int bytes, int view) {
    boolean power = bytes <= 8 && (bytes & bytes - 1) == 0;
    if (aligned && view >= 0 && power && (va & bytes - 1) != 0) {
      throw fault.with(GuestFault.AC, 0);
    }
  }

  /** Translates the one or two pages of an access of 1..4096 bytes. */
  void probe(long va, int bytes, Access access, int view) {
    checkAlignment(va, bytes, view);
    int first = bytesInPage(va);
    if (looksItself() && view >= 0 && bytes <= first && allowed(access, va, view)) {
      return;
    }
    if (bytes > first) {
      checkCanonical(va, bytes);
    }
    translate(va, access, view);
    if (bytes > first) {
      translate(va + first, access, view);
    }
  }

  /**
   * Brings the page of an access into the look-aside, in all that the TLB keeps just as the access
   * itself would, provided that this is all there is to it: no fault, no device, no watched page,
   * no store to code, no decoded code that a fill might take along.
   *
   * @return false if the access has to be made in the usual way, which finds nothing out of place
   */
  boolean refill(long va, int bytes, boolean reads, boolean writes, int view) {
    if (bytes > bytesInPage(va)
        || aligned
        || log != null
        || breakpoints.armed
        || translator.mayLoseCode()) {
      return false;
    }
    long pa;
    try {
      pa = translate(va, writes ? Access.WRITE : Access.READ, view);
    } catch (GuestFault again) {
      return false;
    }
    long page = pa & ~0xFFFL;
    int apart = PhysicalMemory.DEVICE | PhysicalMemory.WATCH_LOADS | PhysicalMemory.WATCH_STORES;
    if (!memory.isRam(pa)
        || (memory.flags(pa) & (writes ? apart | PhysicalMemory.CODE : apart)) != 0
        || !translator.entry.trusted()
        || MemoryHooks.claims(owner, page)) {
      return false;
    }
    lookAside.fill(view, va, memory.ha(page), translator.entry, reads, writes);
    return true;
  }

  /** Every access comes here; the look-aside is asked here, and not by the engines. */
  private boolean looksItself() {
    return log != null || buffered != null;
  }

  /** What the vCPU's own loads of RAM find. */
  private long seen(long ha, int bytes) {
    long value = read(ha, bytes);
    return buffered == null ? value : buffered.load(memory.pa(ha), bytes, value);
  }

  /** Whatever the vCPU stored is visible to all. */
  void drain() {
    if (buffered != null) {
      buffered.drain();
    }
  }

  private boolean allowed(Access access, long va, int view) {
    return access == Access.WRITE ? lookAside.writes(view, va) : lookAside.reads(view, va);
  }

  static int bytesInPage(long va) {
    return 4096 - (int) (va & 4095);
  }

  long translate(long va, Access access, int view) {
    memory.world().lockTlb();
    try {
      return translator.resolve(linear(va), access, view < 0);
    } finally {
      memory.world().unlockTlb();
    }
  }

  /** No byte of an access across pages may lie outside the canonical addresses. */
  private void checkCanonical(long va, int bytes) {
    if (mode.longMode
        && mode.levels != 0
        && !(mode.canonical(va) && mode.canonical(va + bytes - 1))) {
      throw fault.with(GuestFault.GP, 0);
    }
  }

  /** Outside long mode linear addresses have 32 bits and wrap. */
  long linear(long va) {
    return mode.longMode ? va : va & 0xFFFF_FFFFL;
  }

  /** A data breakpoint is a trap: the vCPU takes it before its next instruction. */
  private void debug(long va, int bytes, boolean write, int view) {
    if (breakpoints.armed && view >= 0 && breakpoints.access(va, bytes, write)) {
      leaveBlock.run();
      owner.signal();
    }
  }

  /** Loads from the page that the translator found last. */
  long loadPage(long va, long pa, int bytes, int view) {
    CachedTranslation entry = translator.entry;
    debug(va, bytes, false, view);
    boolean claimed = MemoryHooks.claims(owner, pa & ~0xFFFL);
    int flags = memory.isRam(pa) ? memory.flags(pa) : PhysicalMemory.DEVICE;
    if (claimed || (flags & PhysicalMemory.DEVICE) != 0) {
      return readDevice(pa, bytes);
    }
    if ((flags & PhysicalMemory.WATCH_LOADS) != 0) {
      return loadWatched(va, pa, bytes);
    }
    long value = seen(memory.ha(pa), bytes);
    if (view >= 0 && entry.trusted() && !breakpoints.armed) {
      lookAside.fill(view, va, memory.ha(pa & ~0xFFFL), entry, true, false);
    }
    return value;
  }

  /** Access and hook as one: what plugins are told has the order of the accesses. */
  private long loadWatched(long va, long pa, int bytes) {
    memory.world().lock();
    try {
      if (buffered != null) {
        buffered.settle();
      }
      long value = seen(memory.ha(pa), bytes);
      MemoryHooks.load(owner, va, pa, bytes, value);
      return value;
    } finally {
      memory.world().unlock();
    }
  }

  private void storeWatched(long va, long pa, int bytes, long value) {
    memory.world().lock();
    try {
      long ha = memory.ha(pa);
      long before = read(ha, bytes);
      write(ha, bytes, value);
      MemoryHooks.store(owner, va, pa, bytes, before, value & mask(bytes));
    } finally {
      memory.world().unlock();
    }
  }

  private void storePage(long va, long pa, int bytes, long value, int view) {
    if (!isRam(va, pa, bytes, view)) {
      writeDevice(pa, bytes, value);
      return;
    }
    if (buffered != null) {
      buffered.add(va, pa, bytes, value);
    } else if ((memory.flags(pa) & PhysicalMemory.WATCH_STORES) != 0) {
      storeWatched(va, pa, bytes, value);
    } else {
      write(memory.ha(pa), bytes, value);
    }
    stored(va, pa, bytes, view);
  }

  /**
   * A locked operation on the page that the translator found last.
   *
   * @param loaded what {@link #loadPage} gave, for devices
   */
  long changePage(
      AtomicKind kind,
      long va,
      long pa,
      int bytes,
      long expected,
      long operand,
      long loaded,
      int view) {
    long mask = mask(bytes);
    if (!isRam(va, pa, bytes, view)) {
      writeDevice(pa, bytes, kind.apply(loaded, expected, operand, mask));
      return loaded;
    }
    long old = memory.atomic(kind, memory.ha(pa), bytes, expected, operand);
    if ((memory.flags(pa) & PhysicalMemory.WATCH_STORES) != 0) {
      long after = kind.apply(old, expected, operand, mask) & mask;
      MemoryHooks.store(owner, va, pa, bytes, old, after);
    }
    stored(va, pa, bytes, view);
    return old;
  }

  /** Before a store: breakpoints and claims; false if a device serves the page. */
  private boolean isRam(long va, long pa, int bytes, int view) {
    debug(va, bytes, true, view);
    return !MemoryHooks.claims(owner, pa & ~0xFFFL)
        && memory.isRam(pa)
        && (memory.flags(pa) & PhysicalMemory.DEVICE) == 0;
  }

  /**
   * After a store to RAM: decoded code, and the look-aside. The fence stands against the one behind
   * the code mark: either the mark is seen here, or the bytes are seen there.
   */
  void stored(long va, long pa, int bytes, int view) {
    CachedTranslation entry = translator.entry;
    HostMemory.fence();
    int flags = memory.flags(pa);
    if ((flags & PhysicalMemory.CODE) != 0) {
      memory.codeStored(pa, bytes);
      leaveBlock.run();
    } else if ((flags & PhysicalMemory.WATCH_STORES) == 0
        && view >= 0
        && entry.trusted()
        && !breakpoints.armed) {
      lookAside.fill(view, va, memory.ha(pa & ~0xFFFL), entry, false, true);
    }
  }

  static long mask(int bytes) {
    return -1L >>> 64 - 8 * bytes;
  }

  static long read(long ha, int bytes) {
    return switch (bytes) {
      case 1 -> HostMemory.loadByte(ha) & 0xFFL;
      case 2 -> HostMemory.loadShort(ha) & 0xFFFFL;
      case 4 -> HostMemory.loadInt(ha) & 0xFFFF_FFFFL;
      case 8 -> HostMemory.loadLong(ha);
      default -> {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
          value |= (HostMemory.loadByte(ha + i) & 0xFFL) << 8 * i;
        }
        yield value;
      }
    };
  }

  static void write(long ha, int bytes, long value) {
    switch (bytes) {
      case 1 -> HostMemory.storeByte(ha, (byte) value);
      case 2 -> HostMemory.storeShort(ha, (short) value);
      case 4 -> HostMemory.storeInt(ha, (int) value);
      case 8 -> HostMemory.storeLong(ha, value);
      default -> {
        for (int i = 0; i < bytes; i++) {
          HostMemory.storeByte(ha + i, (byte) (value >>> 8 * i));
        }
      }
    }
  }

  private long readDevice(long pa, int bytes) {
    drain();
    leaveBlock.run();
    memory.world().lock();
    try {
      return readDeviceLocked(pa, bytes);
    } finally {
      memory.world().unlock();
    }
  }

  private long readDeviceLocked(long pa, int bytes) {
    mmioValue[0] = 0;
    switch (MemoryHooks.mmioRead(owner, pa, bytes, mmioValue)) {
      case DONE -> {
        return mmioValue[0] & mask(bytes);
      }
      case FAULT -> throw fault.with(GuestFault.GP, 0);
      case NONE -> {}
    }
    MmioDevice device = memory.device(pa);
    return (device != null ? device.read(pa, bytes) : -1L) & mask(bytes);
  }

  private void writeDevice(long pa, int bytes, long value) {
    drain();
    leaveBlock.run();
    memory.world().lock();
    try {
      writeDeviceLocked(pa, bytes, value);
    } finally {
      memory.world().unlock();
    }
  }

  private void writeDeviceLocked(long pa, int bytes, long value) {
    Claim claim = MemoryHooks.mmioWrite(owner, pa, bytes, value & mask(bytes));
    if (claim == Claim.FAULT) {
      throw fault.with(GuestFault.GP, 0);
    }
    if (claim == Claim.NONE) {
      MmioDevice device = memory.device(pa);
      if (device != null) {
        device.write(pa, bytes, value & mask(bytes));
      }
    }
  }

  /** Physical address of an instruction byte; code runs from RAM only. */
  long fetch(long va) {
    long pa = translate(va, Access.FETCH, 0);
    if (!memory.isRam(pa)
        || (memory.flags(pa) & PhysicalMemory.DEVICE) != 0
        || MemoryHooks.claims(owner, pa & ~0xFFFL)) {
      throw new EmulatorError(
          "fetch-outside-ram",
          "instruction fetch at va 0x%x from pa 0x%x, which is not RAM".formatted(va, pa));
    }
    return pa;
  }
}
