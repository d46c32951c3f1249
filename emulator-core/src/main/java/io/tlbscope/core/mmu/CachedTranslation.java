package io.tlbscope.core.mmu;

import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TlbLevel;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;

/**
 * One entry of the TLB or of a paging-structure cache. For the latter {@link #pa} is the table it
 * leads to, and the rights are those gathered so far.
 */
final class CachedTranslation implements TlbEntry {
  /** Bits of {@link #copies}: the arrays that hold the entry. */
  static final int IN_L1_DATA = 1, IN_L1_CODE = 2, IN_L2 = 4;

  /** Stands for paging switched off, and for no owner: in no TLB, never invalidated. */
  static final CachedTranslation NOBODY = new CachedTranslation(0, null, 0, 0, 0, new Walk());

  final long serial;
  final long va;
  final int shift;
  final long pa;
  final int pcid;
  final long root;
  final boolean global;
  final boolean writable;
  final boolean user;
  final boolean executable;
  final int key;
  final TlbLevel level;

  /** Addresses of the paging-structure entries it came from, from the top; the last on its own. */
  private final long[] above;

  private final long last;

  /** Both, for those who go on from here: all entries of a table share it. */
  private long[] path;

  boolean dirty;
  boolean watched;

  /** Arrays that hold it now; 0 once it left the TLB. */
  int copies;

  /** Chosen by the removal that is going on. */
  boolean picked;

  /** Views of the data look-aside that may hold it, a bit each. */
  int lookAsideViews;

  /** A fetch went through it since it was filled. */
  boolean fetched;

  CachedTranslation(long serial, TlbLevel level, long va, int pcid, long root, Walk walk) {
    this.serial = serial;
    this.level = level;
    this.shift = walk.shift;
    this.va = va >> shift << shift;
    this.pa = walk.pa;
    this.pcid = pcid;
    this.root = root;
    this.global = walk.global;
    this.writable = walk.writable;
    this.user = walk.user;
    this.executable = walk.executable;
    this.key = walk.key;
    this.dirty = walk.dirty;
    this.above = walk.above;
    this.last = walk.last;
  }

  private CachedTranslation(StateReader from) {
    serial = from.getLong();
    va = from.getLong();
    pa = from.getLong();
    root = from.getLong();
    last = from.getLong();
    above = from.getLongs();
    shift = from.getInt();
    pcid = from.getInt();
    key = from.getInt();
    level = TlbLevel.values()[from.getCount(TlbLevel.values().length - 1)];
    copies = from.getInt();
    int bits = from.getInt();
    global = (bits & 1) != 0;
    writable = (bits & 2) != 0;
    user = (bits & 4) != 0;
    executable = (bits & 8) != 0;
    dirty = (bits & 16) != 0;
    watched = (bits & 32) != 0;
    fetched = (bits & 64) != 0;
  }

  static CachedTranslation load(StateReader from) {
    return new CachedTranslation(from);
  }

  /** All but what look-asides keep with it. */
  void save(StateWriter to) {
    to.putLong(serial);
    to.putLong(va);
    to.putLong(pa);
    to.putLong(root);
    to.putLong(last);
    to.putLongs(above);
    to.putInt(shift);
    to.putInt(pcid);
    to.putInt(key);
    to.putInt(level.ordinal());
    to.putInt(copies);
    to.putInt(
        (global ? 1 : 0)
            | (writable ? 2 : 0)
            | (user ? 4 : 0)
            | (executable ? 8 : 0)
            | (dirty ? 16 : 0)
            | (watched ? 32 : 0)
            | (fetched ? 64 : 0));
  }

  /** What {@link #derivedFrom} tells, not to be changed. */
  long[] path() {
    if (path == null) {
      path = Walk.path(above, last);
    }
    return path;
  }

  /** True while host addresses may be kept on its strength. */
  boolean trusted() {
    return (copies != 0 || this == NOBODY) && !watched;
  }

  /** True if it may translate {@code va} (PCID and page number). */
  boolean translates(long va, int pcid) {
    return covers(va) && (global || this.pcid == pcid);
  }

  boolean covers(long va) {
    return (va ^ this.va) >>> shift == 0;
  }

  long translate(long va) {
    return pa | va & (1L << shift) - 1;
  }

  @Override
  public long serial() {
    return serial;
  }

  @Override
  public long va() {
    return va;
  }

  @Override
  public int pageShift() {
    return shift;
  }

  @Override
  public long pa() {
    return pa;
  }

  @Override
  public int pcid() {
    return pcid;
  }

  @Override
  public long root() {
    return root;
  }

  @Override
  public boolean global() {
    return global;
  }

  @Override
  public boolean writable() {
    return writable;
  }

  @Override
  public boolean user() {
    return user;
  }

  @Override
  public boolean executable() {
    return executable;
  }

  @Override
  public boolean dirty() {
    return dirty;
  }

  @Override
  public TlbLevel level() {
    return level;
  }

  @Override
  public boolean watched() {
    return watched;
  }

  @Override
  public long[] derivedFrom() {
    return path().clone();
  }

  @Override
  public String toString() {
    return "%s va=0x%x pa=0x%x shift=%d pcid=%d%s%s%s%s%s serial=%d"
        .formatted(
            level,
            va,
            pa,
            shift,
            pcid,
            global ? " G" : "",
            writable ? " W" : "",
            user ? " U" : "",
            executable ? " X" : "",
            dirty ? " D" : "",
            serial);
  }
}
