package io.tlbscope.core.mmu;

import io.tlbscope.core.cpu.CpuidModel;
import io.tlbscope.core.memory.HostMemory;
import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * Reads paging structures (Intel SDM vol. 3A, 4.3 to 4.5).
 *
 * <pre>
 *   63  62..52      51..M     M-1..12  8 7  6 5 4   3   2   1   0    (62..59 of a leaf: protection key)
 *   XD  ignored     reserved  address  G PS D A PCD PWT U/S R/W P     (PAE: 62..52 reserved; G, D in leaves only)
 * </pre>
 */
final class PageWalker implements Stateful {
  private static final long P = 1,
      RW = 2,
      US = 4,
      A = 0x20,
      D = 0x40,
      PS = 0x80,
      G = 0x100,
      XD = 1L << 63;
  private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;
  private static final long ABOVE_PHYSICAL = ADDRESS & -1L << CpuidModel.PHYSICAL_BITS;
  private static final long PAE_HIGH = 0x7FF0_0000_0000_0000L;

  /** PDPTEs of PAE paging: bits 2..1, 8..5 and all above the address must be 0. */
  private static final long PDPTE_RESERVED = 0x1E6L | -1L << CpuidModel.PHYSICAL_BITS;

  final Walk walk = new Walk();

  /** Error code bits of a walk that failed. */
  int cause;

  private final PhysicalMemory memory;
  private final PagingMode mode;

  /** The PDPTE registers of PAE paging. */
  private final long[] pdptes = new long[4];

  /**
   * The vCPU's stores that are not in memory yet; null if all are, and for readers from outside.
   */
  BufferedStores buffered;

  private long leafPa;
  private long leaf;

  /** Told of each entry that leads to another table, walk state and all. */
  interface Structures {
    void passed(long va, Walk walk);
  }

  PageWalker(PhysicalMemory memory, PagingMode mode) {
    this.memory = memory;
    this.mode = mode;
  }

  /** True if the PDPTEs at {@code cr3} may be loaded (Intel SDM vol. 3A, 4.4.1). */
  boolean pdptesValid(long cr3) {
    for (int i = 0; i < 4; i++) {
      long e = read((cr3 & 0xFFFF_FFE0L) + 8 * i, 8);
      if ((e & P) != 0 && (e & PDPTE_RESERVED) != 0) {
        return false;
      }
    }
    return true;
  }

  void loadPdptes() {
    for (int i = 0; i < 4; i++) {
      pdptes[i] = read(mode.root + 8 * i, 8);
    }
  }

  /** Starts at the top: bits of the address that the top table maps. */
  void start(long root) {
    walk.start(root, mode.levels == 5 ? 57 : mode.levels == 4 ? 48 : 32);
  }

  /**
   * Goes on from {@link #walk} to the leaf that maps {@code va}.
   *
   * @param structures if not null, the walk is the processor's: it sets A bits above the leaf and
   *     tells of each level; if null it only reads
   * @return true if there is a translation, without regard to rights
   */
  boolean descend(long va, Structures structures) {
    return descend(va, structures, 0);
  }

  /**
   * As {@link #descend(long, Structures)}, but stops at the table that maps {@code 1 << stopShift}
   * bytes, if the walk gets there.
   */
  boolean descend(long va, Structures structures, int stopShift) {
    if (mode.levels == 3 && walk.shift == 32 && !pdpte(va, structures != null)) {
      return false;
    }
    boolean wide = mode.levels != 2;
    int bits = wide ? 9 : 10;
    while (walk.shift != stopShift) {
      int shift = walk.shift == 32 ? 22 : walk.shift == 22 ? 12 : walk.shift - bits;
      long entryPa = walk.pa + ((va >>> shift & (1L << bits) - 1) << (wide ? 3 : 2));
      walk.step(entryPa);
      long e;
      boolean last;
      do {
        e = read(entryPa, wide ? 8 : 4);
        last = shift == 12 || (e & PS) != 0 && mode.pse && shift <= 30;
        if ((e & P) == 0) {
          cause = 0;
          return false;
        }
        if ((e & reserved(shift, last)) != 0) {
          cause = Permissions.PRESENT | Permissions.RESERVED;
          return false;
        }
      } while (!last && structures != null && !set(entryPa, e, A));
      walk.writable &= (e & RW) != 0;
      walk.user &= (e & US) != 0;
      walk.executable &= !wide || (e & XD) == 0;
      walk.shift = shift;
      if (last) {
        finish(entryPa, e);
        return true;
      }
      walk.pa = e & ADDRESS;
      if (structures != null) {
        structures.passed(va, walk);
      }
    }
    return true;
  }

  private boolean pdpte(long va, boolean registers) {
    int index = (int) (va >>> 30) & 3;
    long entryPa = walk.pa + 8 * index;
    long e = registers ? pdptes[index] : read(entryPa, 8);
    walk.step(entryPa);
    walk.pa = e & ADDRESS;
    walk.shift = 30;
    cause = 0;
    return (e & P) != 0;
  }

  private long reserved(int shift, boolean last) {
    if (mode.levels == 2) {
      return last && shift == 22 ? 1L << 21 : 0;
    }
    long bits = ABOVE_PHYSICAL | (mode.nxe ? 0 : XD) | (mode.levels == 3 ? PAE_HIGH : 0);
    if (shift >= 39) {
      return bits | PS;
    }
    return last && shift > 12 ? bits | (1L << shift) - 1 & ~0x1FFFL : bits;
  }

  private void finish(long entryPa, long e) {
    int shift = walk.shift;
    walk.pa = shift == 22 ? e & 0xFFC0_0000L | (e >>> 13 & 0xFF) << 32 : e & ADDRESS & -1L << shift;
    walk.global = mode.pge && (e & G) != 0;
    walk.dirty = (e & D) != 0;
    walk.key = mode.longMode ? (int) (e >>> 59) & 15 : 0;
    leafPa = entryPa;
    leaf = e;
  }

  /**
   * Sets the leaf's A bit, and D for a write, as a locked update (4.8).
   *
   * @return false if the entry has changed meanwhile: walk again
   */
  boolean commit(boolean write) {
    walk.dirty |= write;
    return set(leafPa, leaf, write ? A | D : A);
  }

  private boolean set(long entryPa, long seen, long bits) {
    if ((seen & bits) == bits || !memory.isRam(entryPa)) {
      return true;
    }
    long ha = memory.ha(entryPa);
    boolean done =
        mode.levels == 2
            ? HostMemory.compareAndSetInt(ha, (int) seen, (int) (seen | bits))
            : HostMemory.compareAndSetLong(ha, seen, seen | bits);
    // Tables and code may share a page.
    memory.codeStored(entryPa, mode.levels == 2 ? 4 : 8);
    return done;
  }

  /** Outside RAM nobody answers: all ones. */
  private long read(long pa, int bytes) {
    if (buffered != null) {
      buffered.drain(pa, bytes);
    }
    return memory.isRam(pa) ? memory.read(pa, bytes) : bytes == 4 ? 0xFFFF_FFFFL : -1L;
  }

  @Override
  public void save(StateWriter to) {
    to.putLongs(pdptes);
  }

  @Override
  public void load(StateReader from) {
    from.getLongs(pdptes);
  }
}
