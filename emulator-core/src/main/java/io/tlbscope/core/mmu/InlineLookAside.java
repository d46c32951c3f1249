package io.tlbscope.core.mmu;

/**
 * The look-aside's layout as translated code, which has the look-up written out, knows it.
 *
 * <pre>
 *   slot = table + (((va &gt;&gt;&gt; PAGE_SHIFT) + (va &gt;&gt;&gt; FOLD_SHIFT) &amp; SLOT_MASK) &lt;&lt; SLOT_SHIFT)
 *   hit:  the quadword at slot + READ_TAG (WRITE_TAG) == (va + size - 1 &amp; -4096)
 *   then: host address = va + the quadword at slot + ADDEND
 * </pre>
 *
 * Looking has no side effects; the answer holds until the vCPU makes any access through its {@link
 * Mmu}. The table is {@link Mmu#table}.
 */
public final class InlineLookAside {
  public static final int PAGE_SHIFT = 12;

  /** Of the part of the page number that is added to the low one. */
  public static final int FOLD_SHIFT = PAGE_SHIFT + LookAside.FOLD;

  public static final long SLOT_MASK = LookAside.SLOTS - 1;

  /** A slot's bytes, as a shift. */
  public static final int SLOT_SHIFT = LookAside.SLOT_SHIFT;

  /** Offsets in a slot. */
  public static final int READ_TAG = 0, WRITE_TAG = 8, ADDEND = 16;

  private InlineLookAside() {}
}
