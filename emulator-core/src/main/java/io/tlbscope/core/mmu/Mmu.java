package io.tlbscope.core.mmu;

/**
 * One vCPU's view of memory: paging, the architectural TLB and the look-aside in front of it. Placeholder with the
 * signatures the other rooms use; all addresses are linear. Every method may throw the vCPU's GuestFault (#PF with CR2
 * set, or #GP(0) for a non-canonical address) with nothing changed.
 */
public abstract class Mmu {
  /** Loads 1, 2, 4 or 8 bytes, zero-extended, at the current privilege level. */
  public abstract long load8(long va);
  public abstract long load16(long va);
  public abstract long load32(long va);
  public abstract long load64(long va);

  public abstract void store8(long va, long value);
  public abstract void store16(long va, long value);
  public abstract void store32(long va, long value);
  public abstract void store64(long va, long value);

  /** Raises what a store of {@code bytes} (1..64) at {@code va} would raise, sets A/D bits, changes no data. */
  public abstract void probeWrite(long va, int bytes);

  /** Raises what a load would raise. */
  public abstract void probeRead(long va, int bytes);

  /** Load and store as the processor itself does for descriptor tables, TSS and stacks of a more privileged level: supervisor access. */
  public abstract long loadSystem(long va, int bytes);

  public abstract void storeSystem(long va, int bytes, long value);

  /** Physical address of the instruction byte at {@code va}; fills the TLB as a fetch does. */
  public abstract long fetch(long va);

  /**
   * Changes whenever a translation that {@link #fetch} gave may no longer hold: invalidation or eviction of a code entry, change of
   * mode or CPL. While it stays the same the engine uses its translations again without asking. Never -1.
   */
  public abstract long fetchGeneration();

  /** After a change of CR0, CR3, CR4, EFER, CPL or RFLAGS.AC that changes what accesses are allowed or how they translate; flushes only the look-aside's view. */
  public abstract void modeChanged();

  /** MOV to CR3's effect on the TLB: value as written, bit 63 = do not flush. Call after s.cr3 was set. */
  public abstract void cr3Written(long value);

  /** CR0, CR4 or EFER changed: drops what the manual says must go. */
  public abstract void controlWritten(int register, long before, long after);

  public abstract void invlpg(long va);

  /** INVPCID, operands checked by the caller. */
  public abstract void invpcid(int type, int pcid, long va);

  /** INVLPGB as received by this vCPU; flags as rAX bits 5..0 (AMD APM vol. 3): VA, PCID, ASID, global, final-translation-only, nested. */
  public abstract void invlpgb(int flags, long va, int pcid, int count, boolean stride2M);

  public abstract void reset();
}
