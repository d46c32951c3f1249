package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TlbLevel;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** A cached translation that the page tables no longer give, and why. */
public final class Mark {
  /** Bits of a paging-structure entry. */
  private static final long PRESENT = 1, PAGE_SIZE = 1 << 7, ADDRESS = 0x000F_FFFF_FFFF_F000L;

  final int holder;
  final TlbEntry entry;

  /** Who changed which paging-structure entry, from what to what. */
  final Place writer;

  final long pte;
  final long before;
  final long after;

  /** The tables map the address elsewhere or not at all; else they only allow less. */
  final boolean gone;

  /** By page of the frame: the first new use that it was given since; few. */
  final Map<Long, NewUse> reused = new LinkedHashMap<>();

  /** By what the guest has declared: no CPU has it any more. */
  Place declared;

  /** The last invalidation on its vCPU that left it, in words; null if there was none. */
  String left;

  long uses;
  boolean reported;

  /** What a frame was used for. */
  record NewUse(Place by, String how) {
    Map<String, Object> details(Findings findings) {
      Map<String, Object> map = by.details(findings);
      map.put("how", how);
      return map;
    }
  }

  Mark(int holder, TlbEntry entry, Place writer, long pte, long before, long after, boolean gone) {
    this.holder = holder;
    this.entry = entry;
    this.writer = writer;
    this.pte = pte;
    this.before = before;
    this.after = after;
    this.gone = gone;
  }

  /** The vCPU that holds it. */
  public int holder() {
    return holder;
  }

  public TlbEntry entry() {
    return entry;
  }

  /** When the store was made that made it stale. */
  public long since() {
    return writer.time();
  }

  static boolean isStructure(TlbEntry entry) {
    TlbLevel level = entry.level();
    return level != TlbLevel.L1_DATA && level != TlbLevel.L1_CODE && level != TlbLevel.L2;
  }

  /** Bytes of physical memory that it leads to: what it maps, or the table. */
  long bytes() {
    return isStructure(entry) ? 4096 : 1L << entry.pageShift();
  }

  /** True if a paging-structure entry no longer leads to the table that it led to. */
  static boolean leadsElsewhere(long was, long now) {
    return (now & PRESENT) == 0 || ((was ^ now) & (ADDRESS | PAGE_SIZE)) != 0;
  }

  /** True if a paging-structure entry leads to another table. */
  static boolean isTable(long value) {
    return (value & (PRESENT | PAGE_SIZE)) == PRESENT;
  }

  /** The quadword at {@code word} as it was before a store of less, or across its end. */
  static long replaced(long now, long word, long pa, int size, long before) {
    long value = now;
    for (int i = 0; i < size; i++) {
      long at = pa + i - word;
      if (at >= 0 && at < 8) {
        value = value & ~(0xFFL << 8 * at) | (before >>> 8 * i & 0xFF) << 8 * at;
      }
    }
    return value;
  }

  /** As in "4 KiB entry (0x1000 -> 0x7000, PCID 0x1, filled as number 12)". */
  String entryText() {
    return String.format(
        java.util.Locale.ROOT,
        "%s (0x%x -> 0x%x, PCID 0x%x%s, filled as number %d)",
        kind(),
        entry.va(),
        entry.pa(),
        entry.pcid(),
        entry.global() ? ", global" : "",
        entry.serial());
  }

  private String kind() {
    if (isStructure(entry)) {
      return "paging-structure-cache entry " + entry.level();
    }
    return Reports.size(entry) + " entry";
  }

  /** As in "CPU 0 in unmap_page+0x12 changed its page-table entry at 0x5000 from 0x7 to 0x0". */
  String writerText(Findings findings) {
    return String.format(
        java.util.Locale.ROOT,
        "%s changed the paging-structure entry at 0x%x from 0x%x to 0x%x at %d",
        writer.text(findings),
        pte,
        before,
        after,
        writer.time());
  }

  Map<String, Object> details(Findings findings) {
    Map<String, Object> map = new LinkedHashMap<>();
    Map<String, Object> cached = new LinkedHashMap<>();
    cached.put("level", entry.level().name());
    cached.put("serial", entry.serial());
    cached.put("va", hex(entry.va()));
    cached.put("pa", hex(entry.pa()));
    cached.put("page_shift", entry.pageShift());
    cached.put("pcid", entry.pcid());
    cached.put("global", entry.global());
    map.put("entry", cached);
    Map<String, Object> writing = writer.details(findings);
    writing.put("pte", hex(pte));
    writing.put("before", hex(before));
    writing.put("after", hex(after));
    map.put("writer", writing);
    return map;
  }

  static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  /** Writes all but the vCPU and the entry. */
  void save(StateWriter to) {
    writer.save(to);
    to.putLong(pte);
    to.putLong(before);
    to.putLong(after);
    to.putBoolean(gone);
    to.putInt(reused.size());
    reused.forEach(
        (page, use) -> {
          to.putLong(page);
          use.by().save(to);
          to.putString(use.how());
        });
    to.putBoolean(declared != null);
    if (declared != null) {
      declared.save(to);
    }
    to.putString(left == null ? "" : left);
    to.putLong(uses);
    to.putBoolean(reported);
  }

  static Mark load(StateReader from, int holder, TlbEntry entry) {
    Mark mark =
        new Mark(
            holder,
            entry,
            Place.load(from),
            from.getLong(),
            from.getLong(),
            from.getLong(),
            from.getBoolean());
    for (int rest = from.getCount(Integer.MAX_VALUE); rest > 0; rest--) {
      mark.reused.put(from.getLong(), new NewUse(Place.load(from), from.getString()));
    }
    mark.declared = from.getBoolean() ? Place.load(from) : null;
    String left = from.getString();
    mark.left = left.isEmpty() ? null : left;
    mark.uses = from.getLong();
    mark.reported = from.getBoolean();
    return mark;
  }
}
