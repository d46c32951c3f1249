package io.tlbscope.pmap;

import java.util.HashSet;
import java.util.Set;

/**
 * Which top tables are one address space. With page-table isolation Linux keeps two in adjacent
 * pages, the user's in the odd one, and goes from one to the other wherever it enters or leaves the
 * kernel.
 */
final class AddressSpaces {
  private static final long ROOT = 0x000F_FFFF_FFFF_F000L;
  private static final long TWIN = 0x1000;

  /** With PCIDs the user's has this bit too. */
  private static final long USER_PCID = 0x800;

  private static final long PCIDE = 1 << 17;

  /** The even ones of the pairs that were seen. */
  private final Set<Long> pairs = new HashSet<>();

  static long root(long cr3) {
    return cr3 & ROOT;
  }

  /** CR3 went from one value to another. */
  void moved(long before, long after, long cr4) {
    long changed = before ^ after;
    boolean pcids = (cr4 & PCIDE) != 0;
    if (root(changed) == TWIN && (!pcids || (changed & 0xFFF) == USER_PCID)) {
      pairs.add(root(after) & ~TWIN);
    }
  }

  /**
   * The same with PCIDs, which tell what is left of an address space whose top table is in new use.
   */
  boolean same(long root, int pcid, long other, int otherPcid) {
    return same(root, other)
        && (pcid == otherPcid || root != other && (pcid ^ otherPcid) == USER_PCID);
  }

  boolean same(long root, long other) {
    return root == other || (root ^ other) == TWIN && pairs.contains(root & ~TWIN);
  }
}
