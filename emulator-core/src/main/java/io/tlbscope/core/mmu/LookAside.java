package io.tlbscope.core.mmu;

import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The table in front of the TLB that both engines read inline: for pages of RAM, from virtual page
 * to host address. One table a view (what an access may do depends on privilege and on SMAP's AC),
 * so that a system call costs one field.
 *
 * <pre>
 *   slot, 32 bytes:  0  read tag    page's first va, or NONE       hit:  tag == (va + size - 1 & PAGE)
 *                    8  write tag   page's first va, or NONE             which a page-crossing access never is
 *                   16  addend      host address - va
 *                   24  unused
 * </pre>
 *
 * The slot number adds two parts of the page number: streams that lie a power of two apart do not
 * meet in one slot, and neighbouring pages never do (the page-cross test relies on it).
 */
final class LookAside {
  /**
   * User mode; supervisor (with SMAP: AC = 0); supervisor that may touch user pages although SMAP
   * is on (AC = 1).
   */
  static final int USER = 0, SUPERVISOR = 1, SUPERVISOR_AC = 2, VIEWS = 3;

  static final int SLOTS = 1024;
  static final int SLOT_SHIFT = 5;
  static final long PAGE = -4096;

  /** No page's address: never equal to a tag made from one. */
  static final long NONE = 1;

  /** Bits between the two parts of the page number that a slot's number is made of. */
  static final int FOLD = 10;

  private static final long VIEW_BYTES = (long) SLOTS << SLOT_SHIFT;

  /** Keeps the tables alive. */
  private final Arena arena = Arena.ofAuto();

  private final long base;
  private final CachedTranslation[] owners = new CachedTranslation[VIEWS * SLOTS];

  /** Slots in use, so that clearing costs what was filled. */
  private final int[] used = new int[VIEWS * SLOTS];

  private int usedCount;

  /** See {@link #blank}; 0 until it is asked for. */
  private long blank;

  LookAside() {
    base = HostMemory.table(arena, VIEWS * VIEW_BYTES);
    for (int slot = 0; slot < VIEWS * SLOTS; slot++) {
      erase(slot);
    }
  }

  /** Host address of a view's table. */
  long table(int view) {
    return base + view * VIEW_BYTES;
  }

  /** Host address of a table that holds nothing, and is never filled. */
  long blank() {
    if (blank == 0) {
      blank = HostMemory.table(arena, VIEW_BYTES);
      for (long ha = blank; ha < blank + VIEW_BYTES; ha += 1 << SLOT_SHIFT) {
        HostMemory.putLong(ha, NONE);
        HostMemory.putLong(ha + 8, NONE);
      }
    }
    return blank;
  }

  /** Byte offset of the slot of {@code va} in a view's table. */
  static long slot(long va) {
    return ((va >>> 12) + (va >>> 12 + FOLD) & SLOTS - 1) << SLOT_SHIFT;
  }

  private long ha(int slot) {
    return base + ((long) slot << SLOT_SHIFT);
  }

  private void erase(int slot) {
    HostMemory.putLong(ha(slot), NONE);
    HostMemory.putLong(ha(slot) + 8, NONE);
  }

  /**
   * Enters the page of {@code va}, which lies at {@code haPage}, on the strength of {@code owner}.
   */
  void fill(
      int view, long va, long haPage, CachedTranslation owner, boolean reads, boolean writes) {
    int slot = (int) (slot(va) >>> SLOT_SHIFT) + view * SLOTS;
    if (owners[slot] == null) {
      used[usedCount++] = slot;
    }
    long page = va & PAGE;
    long ha = ha(slot);
    if (owners[slot] == owner && HostMemory.getLong(ha + 16) == haPage - page) {
      reads |= HostMemory.getLong(ha) == page;
      writes |= HostMemory.getLong(ha + 8) == page;
    }
    owners[slot] = owner;
    owner.lookAsideViews |= 1 << view;
    HostMemory.putLong(ha, reads ? page : NONE);
    HostMemory.putLong(ha + 8, writes ? page : NONE);
    HostMemory.putLong(ha + 16, haPage - page);
  }

  /** True if loads of the page of {@code va} hit. */
  boolean reads(int view, long va) {
    return HostMemory.getLong(table(view) + slot(va)) == (va & PAGE);
  }

  /** True if stores to the page of {@code va} hit. */
  boolean writes(int view, long va) {
    return HostMemory.getLong(table(view) + slot(va) + 8) == (va & PAGE);
  }

  /** Host address of {@code va}, whose page is here. */
  long ha(int view, long va) {
    return HostMemory.getLong(table(view) + slot(va) + 16) + va;
  }

  /** Forgets everything. */
  void clear() {
    for (int i = 0; i < usedCount; i++) {
      owners[used[i]].lookAsideViews = 0;
      owners[used[i]] = null;
      erase(used[i]);
    }
    usedCount = 0;
  }

  /** Forgets what stands on {@code owner}. */
  void remove(CachedTranslation owner) {
    int views = owner.lookAsideViews;
    if (views == 0) {
      return;
    }
    owner.lookAsideViews = 0;
    if (owner.shift == 12) {
      int slot = (int) (slot(owner.va) >>> SLOT_SHIFT);
      for (int view = 0; view < VIEWS; view++) {
        if ((views >> view & 1) != 0) {
          blank(slot + view * SLOTS, owner);
        }
      }
    } else {
      for (int i = 0; i < usedCount; i++) {
        blank(used[i], owner);
      }
    }
  }

  /** The slot stays in the used list, owned by nobody's translation. */
  private void blank(int slot, CachedTranslation owner) {
    if (owners[slot] == owner) {
      erase(slot);
      owners[slot] = CachedTranslation.NOBODY;
    }
  }

  /** Forgets the slots that lead to the page at {@code haPage}. */
  void removePage(long haPage) {
    for (int i = 0; i < usedCount; i++) {
      int slot = used[i];
      if (live(slot) && HostMemory.getLong(ha(slot) + 16) + tag(slot) == haPage) {
        erase(slot);
        owners[slot] = CachedTranslation.NOBODY;
      }
    }
  }

  private boolean live(int slot) {
    return HostMemory.getLong(ha(slot)) != NONE || HostMemory.getLong(ha(slot) + 8) != NONE;
  }

  private long tag(int slot) {
    long read = HostMemory.getLong(ha(slot));
    return read != NONE ? read : HostMemory.getLong(ha(slot) + 8);
  }

  /** The translations that slots stand on, for tests of the subset rule. */
  CachedTranslation[] owners() {
    return Arrays.stream(used, 0, usedCount)
        .filter(this::live)
        .mapToObj(slot -> owners[slot])
        .distinct()
        .toArray(CachedTranslation[]::new);
  }

  /**
   * What it holds, host addresses as physical ones. It is part of the state although it is only a
   * copy: the TLB is not asked for what it serves, so that what is in it decides what the TLB takes
   * for used.
   */
  void save(StateWriter to, PhysicalMemory memory, EntryTable table) {
    int count = 0;
    for (int i = 0; i < usedCount; i++) {
      count += live(used[i]) ? 1 : 0;
    }
    to.putInt(count);
    for (int i = 0; i < usedCount; i++) {
      int slot = used[i];
      if (live(slot)) {
        to.putInt(slot);
        to.putInt(table.number(owners[slot]));
        to.putLong(HostMemory.getLong(ha(slot)));
        to.putLong(HostMemory.getLong(ha(slot) + 8));
        to.putLong(memory.pa(HostMemory.getLong(ha(slot) + 16) + tag(slot)));
      }
    }
  }

  void load(StateReader from, PhysicalMemory memory, EntryTable table) {
    clear();
    for (int rest = from.getCount(VIEWS * SLOTS); rest > 0; rest--) {
      int slot = from.getCount(VIEWS * SLOTS - 1);
      CachedTranslation owner = table.get(from.getInt(), CachedTranslation.NOBODY);
      long readTag = from.getLong();
      long writeTag = from.getLong();
      long pa = from.getLong();
      if (owners[slot] != null || !memory.isRam(pa)) {
        throw new StateException("slot " + slot + " of a look-aside cannot be so");
      }
      used[usedCount++] = slot;
      owners[slot] = owner;
      owner.lookAsideViews |= 1 << slot / SLOTS;
      HostMemory.putLong(ha(slot), readTag);
      HostMemory.putLong(ha(slot) + 8, writeTag);
      HostMemory.putLong(ha(slot) + 16, memory.ha(pa) - tag(slot));
    }
  }
}
