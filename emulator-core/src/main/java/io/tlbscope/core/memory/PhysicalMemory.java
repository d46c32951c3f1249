package io.tlbscope.core.memory;

import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A machine's physical address space.
 *
 * <pre>
 *   0 .. min(ram, 3 GiB)              RAM
 *   3 GiB .. 4 GiB                    hole: devices, local and I/O APIC
 *   4 GiB .. 4 GiB + (ram - 3 GiB)    RAM, if there is more than 3 GiB
 *   elsewhere                         nobody: reads as all ones, writes are lost
 * </pre>
 *
 * Pages are 4 KiB. Each RAM page has flags that keep it out of the vCPUs' look-asides or make it
 * special there.
 */
public final class PhysicalMemory implements PhysicalAccess, AutoCloseable, Stateful {
  /** MAXPHYADDR. */
  public static final int ADDRESS_BITS = CpuidModel.PHYSICAL_BITS;

  public static final long MIN_RAM = 1L << 20;
  public static final long HOLE_START = 3L << 30;
  public static final long HOLE_END = 4L << 30;

  /** Flags of a RAM page. */
  public static final int WATCH_LOADS = 1, WATCH_STORES = 2, CODE = 4, DEVICE = 8;

  /** Stands in {@link #unsettled} while the mark is being made. */
  private static final long[] NEVER = {};

  private static final VarHandle FLAGS = MethodHandles.arrayElementVarHandle(byte[].class);

  private static final long MAX_RAM = (1L << ADDRESS_BITS) - (HOLE_END - HOLE_START);

  private final long allocation;
  private final long base;
  private final long ramBytes;
  private long lowEnd;
  private long highEnd;

  /** Read by any thread; changed under its own monitor. */
  private final byte[] flags;

  private final Map<Long, int[]> watches = new HashMap<>();
  private final Map<Long, MmioDevice> devices = new HashMap<>();
  private final List<PageListener> listeners = new ArrayList<>();

  /** Code pages whose mark some vCPU may not know of: what it was told when. */
  private final Map<Long, long[]> unsettled = new ConcurrentHashMap<>();

  private CodeWatcher codeWatcher = paPage -> {};
  private World world = World.ONE_THREAD;
  private boolean closed;

  /**
   * @param ramBytes bytes of RAM, a multiple of 4 KiB, at least 1 MiB
   * @throws EmulatorError {@code memory-size} for a size no machine has, {@code host-memory} if the
   *     host has not that much
   */
  public PhysicalMemory(long ramBytes) {
    if (ramBytes < MIN_RAM || ramBytes > MAX_RAM || (ramBytes & 0xFFF) != 0) {
      throw new EmulatorError(
          "memory-size",
          "guest RAM of "
              + ramBytes
              + " bytes: must be a multiple of 4 KiB from "
              + MIN_RAM
              + " (1 MiB) to "
              + MAX_RAM);
    }
    this.ramBytes = ramBytes;
    allocation =
        ramBytes >>> 12 > Integer.MAX_VALUE - 8 ? 0 : HostMemory.allocateLazily(ramBytes + 4096);
    if (allocation == 0) {
      throw new EmulatorError(
          "host-memory",
          "the host cannot provide " + (ramBytes >>> 20) + " MiB for guest RAM: ask for less");
    }
    base = allocation + 4095 & ~4095L;
    lowEnd = Math.min(ramBytes, HOLE_START);
    highEnd = HOLE_END + (ramBytes - lowEnd);
    flags = new byte[(int) (ramBytes >>> 12)];
  }

  @Override
  public long ramBytes() {
    return ramBytes;
  }

  @Override
  public boolean isRam(long pa) {
    return Long.compareUnsigned(pa, lowEnd) < 0 || pa >= HOLE_END && pa < highEnd;
  }

  /** Host address of a byte of RAM; only after {@link #isRam}. The rest of its page follows it. */
  public long ha(long pa) {
    return base + offset(pa);
  }

  /** Physical address of the RAM at {@code ha}: {@link #ha} the other way round. */
  public long pa(long ha) {
    long offset = ha - base;
    return offset < HOLE_START ? offset : offset + (HOLE_END - HOLE_START);
  }

  private long offset(long pa) {
    return pa < HOLE_END ? pa : pa - (HOLE_END - HOLE_START);
  }

  /** Flags of the RAM page that holds {@code pa}; only after {@link #isRam}. */
  public int flags(long pa) {
    return (byte) FLAGS.getAcquire(flags, (int) (offset(pa) >>> 12));
  }

  /** True if {@code pa} is RAM that no device serves and nobody watches. */
  public boolean plain(long pa) {
    return isRam(pa) && (flags(pa) & (DEVICE | WATCH_LOADS | WATCH_STORES)) == 0;
  }

  /** True if {@code pa} is RAM that a plugin watches. */
  public boolean watched(long pa) {
    return isRam(pa) && (flags(pa) & (WATCH_LOADS | WATCH_STORES)) != 0;
  }

  /** The schedule's side of memory. */
  public World world() {
    return world;
  }

  /** Set once, before any vCPU runs. */
  public void world(World schedule) {
    world = schedule;
  }

  /**
   * A locked operation on RAM.
   *
   * @param ha host address, {@code bytes} (1, 2, 4, 8) of one page
   * @return what was there, zero-extended
   */
  public long atomic(AtomicKind kind, long ha, int bytes, long expected, long operand) {
    if (Atomics.inOneWord(ha, bytes)) {
      return Atomics.apply(kind, ha, bytes, expected, operand);
    }
    if (SplitLock.AVAILABLE) {
      return SplitLock.apply(kind, ha, bytes, expected, operand);
    }
    long[] old = new long[1];
    world.alone(() -> old[0] = Atomics.unlocked(kind, ha, bytes, expected, operand));
    return old[0];
  }

  /** A locked 16-byte compare and exchange on RAM; see {@link SplitLock#compareExchange128}. */
  public boolean compareExchange128(long ha, long[] values) {
    if (SplitLock.AVAILABLE) {
      return SplitLock.compareExchange128(ha, values);
    }
    boolean[] equal = new boolean[1];
    world.alone(() -> equal[0] = Atomics.unlocked128(ha, values));
    return equal[0];
  }

  /** The quadword at a host address of RAM. */
  public long quad(long ha) {
    return HostMemory.loadLong(ha);
  }

  /** The core device that serves {@code pa}, or null. */
  public MmioDevice device(long pa) {
    return devices.get(pa >>> 12);
  }

  /**
   * Gives the pages of {@code pa .. pa+bytes-1} to a device, over RAM if there is any. Both
   * multiples of 4 KiB.
   */
  public void map(long pa, long bytes, MmioDevice device) {
    if ((pa & 0xFFF) != 0
        || (bytes & 0xFFF) != 0
        || bytes <= 0
        || pa < 0
        || pa + bytes > 1L << ADDRESS_BITS) {
      throw new IllegalArgumentException(
          "MMIO range 0x%x, 0x%x bytes: not whole pages".formatted(pa, bytes));
    }
    for (long page = pa; page < pa + bytes; page += 4096) {
      if (devices.putIfAbsent(page >>> 12, device) != null) {
        throw new IllegalArgumentException("page 0x%x has a device already".formatted(page));
      }
      setFlags(page, DEVICE, true);
    }
  }

  @Override
  public long read(long pa, int size) {
    if (!isRam(pa) || !isRam(pa + size - 1)) {
      return 0;
    }
    long ha = ha(pa);
    return switch (size) {
      case 1 -> HostMemory.loadByte(ha) & 0xFFL;
      case 2 -> HostMemory.loadShort(ha) & 0xFFFFL;
      case 4 -> HostMemory.loadInt(ha) & 0xFFFF_FFFFL;
      case 8 -> HostMemory.loadLong(ha);
      default -> throw new IllegalArgumentException("size " + size);
    };
  }

  @Override
  public void write(long pa, int size, long value) {
    if (!isRam(pa) || !isRam(pa + size - 1)) {
      return;
    }
    long ha = ha(pa);
    switch (size) {
      case 1 -> HostMemory.storeByte(ha, (byte) value);
      case 2 -> HostMemory.storeShort(ha, (short) value);
      case 4 -> HostMemory.storeInt(ha, (int) value);
      case 8 -> HostMemory.storeLong(ha, value);
      default -> throw new IllegalArgumentException("size " + size);
    }
    codeStored(pa, size);
  }

  /** Copies bytes into RAM (loaders); throws IllegalArgumentException outside RAM. */
  public void write(long pa, byte[] bytes, int offset, int length) {
    requireRam(pa, length);
    HostMemory.copyIn(bytes, offset, ha(pa), length);
    codeStored(pa, length);
  }

  /** Copies bytes out of RAM; throws IllegalArgumentException outside RAM. */
  public void read(long pa, byte[] bytes, int offset, int length) {
    requireRam(pa, length);
    HostMemory.copyOut(ha(pa), bytes, offset, length);
  }

  private void requireRam(long pa, int length) {
    if (length < 0
        || !isRam(pa)
        || length > 0 && !isRam(pa + length - 1)
        || pa < lowEnd != pa + length - 1 < lowEnd && length > 0) {
      throw new IllegalArgumentException("0x%x, %d bytes: not in RAM".formatted(pa, length));
    }
  }

  /**
   * Marks a page as holding decoded code: stores to it leave the fast path and tell the watcher
   * once.
   */
  public void markCode(long paPage) {
    if ((flags(paPage) & CODE) != 0) {
      // Who takes the mark away now tells the watcher after this.
      return;
    }
    for (PageListener listener : listeners) {
      listener.codeComes(paPage);
    }
    if (world.posted() == null) {
      setFlags(paPage, CODE, true);
      return;
    }
    unsettled.put(paPage, NEVER);
    setFlags(paPage, CODE, true);
    unsettled.put(paPage, world.posted());
  }

  /**
   * True if every store to the code page from now on will tell the watcher. False while a vCPU that
   * was running when the page was marked may still store past the mark: what is decoded from it
   * then holds once only. Ask before the bytes are read.
   */
  public boolean settled(long paPage) {
    if (unsettled.isEmpty()) {
      return true;
    }
    long[] posted = unsettled.get(paPage);
    if (posted == null) {
      return true;
    }
    if (posted == NEVER || !world.done(posted)) {
      return false;
    }
    unsettled.remove(paPage, posted);
    return true;
  }

  /** Who is told of stores to code pages; one a machine. */
  public void codeWatcher(CodeWatcher watcher) {
    codeWatcher = watcher;
  }

  /**
   * After bytes of RAM changed: takes away the code marks of their pages and tells the watcher.
   *
   * @return true if there was a mark
   */
  public boolean codeStored(long pa, long bytes) {
    HostMemory.fence();
    boolean marked = false;
    for (long page = pa & ~0xFFFL; page < pa + bytes; page += 4096) {
      if (isRam(page) && (flags(page) & CODE) != 0) {
        marked = true;
        change(page, CODE, false);
        codeWatcher.codeChanged(page);
      }
    }
    return marked;
  }

  @Override
  public void watch(long pa, boolean loads, boolean stores) {
    count(pa, loads ? 1 : 0, stores ? 1 : 0);
  }

  @Override
  public void unwatch(long pa, boolean loads, boolean stores) {
    count(pa, loads ? -1 : 0, stores ? -1 : 0);
  }

  private void count(long pa, int loads, int stores) {
    if (!isRam(pa)) {
      throw new IllegalArgumentException("0x%x: not in RAM, cannot be watched".formatted(pa));
    }
    world.lock();
    try {
      int[] counts = watches.computeIfAbsent(pa >>> 12, page -> new int[2]);
      if (counts[0] + loads < 0 || counts[1] + stores < 0) {
        throw new IllegalStateException(
            "page 0x%x is unwatched more often than watched".formatted(pa & ~0xFFFL));
      }
      counts[0] += loads;
      counts[1] += stores;
      setFlags(pa, WATCH_LOADS, counts[0] > 0);
      setFlags(pa, WATCH_STORES, counts[1] > 0);
      if (counts[0] == 0 && counts[1] == 0) {
        watches.remove(pa >>> 12);
      }
    } finally {
      world.unlock();
    }
  }

  private void setFlags(long pa, int bits, boolean on) {
    if (!isRam(pa) || change(pa, bits, on)) {
      tell(pa & ~0xFFFL);
    }
  }

  /** True if the page's flags are others now; every thread sees them before what comes next. */
  private boolean change(long pa, int bits, boolean on) {
    int page = (int) (offset(pa) >>> 12);
    synchronized (flags) {
      int before = flags[page];
      int after = on ? before | bits : before & ~bits;
      if (after == before) {
        return false;
      }
      FLAGS.setVolatile(flags, page, (byte) after);
      return true;
    }
  }

  private void tell(long paPage) {
    for (PageListener listener : listeners) {
      listener.pageChanged(paPage);
    }
  }

  public void listen(PageListener listener) {
    listeners.add(listener);
  }

  /** Frees the RAM; afterwards every address is nobody's. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      listeners.forEach(PageListener::memoryClosed);
      lowEnd = 0;
      highEnd = HOLE_END;
      HostMemory.free(allocation);
    }
  }

  /** What RAM holds, and which pages are marked as code, at this moment. */
  public MemoryImage image() {
    BitSet code = new BitSet(flags.length);
    for (int page = 0; page < flags.length; page++) {
      code.set(page, (flags[page] & CODE) != 0);
    }
    return MemoryImage.of(base, flags.length, code);
  }

  /**
   * Makes RAM what it was, for a machine of one thread that stands still. Pages that are alike stay
   * untouched, and what was decoded from them is good as long as they have been marked all the
   * time. A page that is to be marked again later loses its mark: the store that finds one, or
   * none, must be the same as then. Look-asides are the caller's to restore.
   */
  public void restore(MemoryImage image) {
    if (image.pages() != flags.length) {
      throw new StateException(
          "the image is of " + image.pages() + " pages of RAM, there are " + flags.length);
    }
    for (int page = 0; page < flags.length; page++) {
      long ha = base + ((long) page << 12);
      boolean same = HostMemory.same(ha, image.ha(page), 4096);
      if (!same) {
        HostMemory.copy(image.ha(page), ha, 4096);
      }
      boolean marked = (flags[page] & CODE) != 0;
      if (marked && !(same && image.code(page))) {
        change(pa(ha), CODE, false);
        codeWatcher.codeChanged(pa(ha));
      }
      if (image.code(page)) {
        change(pa(ha), CODE, true);
      }
    }
    Reference.reachabilityFence(image);
  }

  /** Who watches what; RAM itself is {@link #image}'s. */
  @Override
  public void save(StateWriter to) {
    to.tag("memory");
    SortedMap<Long, int[]> sorted = new TreeMap<>(watches);
    to.putInt(sorted.size());
    sorted.forEach(
        (page, counts) -> {
          to.putLong(page);
          to.putInts(counts);
        });
  }

  @Override
  public void load(StateReader from) {
    from.tag("memory");
    for (long page : watches.keySet()) {
      change(page << 12, WATCH_LOADS | WATCH_STORES, false);
    }
    watches.clear();
    for (int rest = from.getCount(flags.length); rest > 0; rest--) {
      long pa = from.getLong() << 12;
      if (!isRam(pa)) {
        throw new StateException("a watched page at 0x%x is not in RAM".formatted(pa));
      }
      int[] counts = new int[2];
      from.getInts(counts);
      watches.put(pa >>> 12, counts);
      change(pa, WATCH_LOADS, counts[0] > 0);
      change(pa, WATCH_STORES, counts[1] > 0);
    }
  }
}
