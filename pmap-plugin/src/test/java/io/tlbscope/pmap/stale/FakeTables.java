package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.Mapping;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TlbLevel;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.pmap.StillMachine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two vCPUs without an engine, with page tables of two levels: the root's entry n leads to the last
 * table of the addresses n * 2 MiB and up, which has 512 entries of the usual layout.
 */
final class FakeTables extends StillMachine implements Findings {
  static final long P = 1, W = 2, U = 4, A = 0x20, LARGE = 0x80;
  static final long NX = 1L << 63;
  private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;

  final Cpu[] cpus = {new Cpu(0), new Cpu(1)};
  final List<String> found = new ArrayList<>();
  final List<String> messages = new ArrayList<>();
  final List<Map<String, Object>> details = new ArrayList<>();
  final List<TraceKind> events = new ArrayList<>();

  /** Watchers of stores, by page. */
  final Map<Long, Integer> watchers = new TreeMap<>();

  private final Map<Long, Long> words = new HashMap<>();
  private long time = 100;
  private long serial;
  String underWay;
  Sanitizer sanitizer;

  /** Who acts, if it is not the one a hook is about. */
  Cpu actor;

  FakeTables attach(Declarations declarations) {
    return attach(declarations, true);
  }

  FakeTables attach(Declarations declarations, boolean noticesReuse) {
    sanitizer = new Sanitizer(this, declarations, noticesReuse, this);
    return this;
  }

  /** Sets an entry of a last table, and the root's entry above it, without anybody looking. */
  void map(long root, long table, long va, long pte) {
    words.put(root + 8 * (va >>> 21), table | P | W | U);
    words.put(pte(table, va), pte);
  }

  static long pte(long table, long va) {
    return table + 8 * (va >>> 12 & 511);
  }

  /** Has the vCPU walk for the address and fill its TLB. */
  Entry fill(int cpu, long root, long va, boolean global) {
    Mapping mapping = lookup(root, va);
    long table = words.get(root + 8 * (va >>> 21)) & ADDRESS;
    Entry entry =
        new Entry(
            ++serial,
            TlbLevel.L1_DATA,
            va & ~0xFFFL,
            12,
            mapping.pa(),
            root,
            global,
            mapping.writable(),
            mapping.executable(),
            new long[] {root + 8 * (va >>> 21), pte(table, va)});
    cpus[cpu].entries.add(entry);
    sanitizer.filled(cpus[cpu], entry);
    return entry;
  }

  /** Sets a 2 MiB page in the root. */
  void mapLarge(long root, long va, long pde) {
    words.put(root + 8 * (va >>> 21), pde | LARGE);
  }

  Entry fillLarge(int cpu, long root, long va) {
    Mapping mapping = lookup(root, va);
    Entry entry =
        new Entry(
            ++serial,
            TlbLevel.L1_DATA,
            va,
            21,
            mapping.pa(),
            root,
            false,
            mapping.writable(),
            mapping.executable(),
            new long[] {root + 8 * (va >>> 21)});
    cpus[cpu].entries.add(entry);
    sanitizer.filled(cpus[cpu], entry);
    return entry;
  }

  /** What a walk left in the paging-structure cache. */
  Entry structure(int cpu, long root, long va) {
    long entryPa = root + 8 * (va >>> 21);
    Entry entry =
        new Entry(
            ++serial,
            TlbLevel.PDE,
            va >> 21 << 21,
            21,
            words.get(entryPa) & ADDRESS,
            root,
            false,
            true,
            true,
            new long[] {entryPa});
    cpus[cpu].structures.add(entry);
    return entry;
  }

  /** A guest store of eight bytes, seen if its page is watched. */
  void store(int cpu, long va, long pa, long value) {
    time++;
    long before = words.getOrDefault(pa, 0L);
    words.put(pa, value);
    if (watchers.containsKey(pa & ~0xFFFL)) {
      sanitizer.stored(cpus[cpu], va, pa, 8, before, value);
    }
  }

  /** A guest store of one byte. */
  void storeByte(int cpu, long pa, int value) {
    time++;
    long word = pa & ~7L;
    int shift = (int) (pa & 7) * 8;
    long before = words.getOrDefault(word, 0L);
    words.put(word, before & ~(0xFFL << shift) | (long) value << shift);
    if (watchers.containsKey(pa & ~0xFFFL)) {
      sanitizer.stored(cpus[cpu], pa, pa, 1, before >>> shift & 0xFF, value);
    }
  }

  void use(int cpu, Entry entry, long va, Access access) {
    time++;
    if (cpus[cpu].watched.contains(entry)) {
      sanitizer.used(cpus[cpu], entry, va, access);
    }
  }

  void drop(int cpu, Entry entry, Invalidation why) {
    cpus[cpu].entries.remove(entry);
    sanitizer.dropped(cpus[cpu], entry, why);
  }

  private Mapping lookup(long root, long va) {
    long upper = words.getOrDefault(root + 8 * (va >>> 21), 0L);
    if ((upper & (P | LARGE)) == (P | LARGE)) {
      return new Mapping(
          upper & ADDRESS, 21, (upper & W) != 0, (upper & U) != 0, (upper & NX) == 0);
    }
    long pte = (upper & P) == 0 ? 0 : words.getOrDefault(pte(upper & ADDRESS, va), 0L);
    return (pte & P) == 0
        ? null
        : new Mapping(pte & ADDRESS, 12, (pte & W) != 0, (pte & U) != 0, (pte & NX) == 0);
  }

  @Override
  public void violation(Rule rule, Vcpu cpu, String message, Map<String, Object> what) {
    found.add(rule + " on " + cpu.index());
    messages.add(message);
    details.add(what);
  }

  @Override
  public void event(TraceKind kind, Vcpu cpu, long id, long a, long b, long c, long d) {
    events.add(kind);
  }

  @Override
  public String symbol(long rip) {
    return rip == 0x1000 ? "writer+0x4" : rip == 0x2000 ? "reader+0x8" : "";
  }

  @Override
  public String underWay(Vcpu holder, TlbEntry entry, long since) {
    return underWay;
  }

  @Override
  public int vcpuCount() {
    return cpus.length;
  }

  @Override
  public Vcpu vcpu(int index) {
    return cpus[index];
  }

  @Override
  public long now() {
    return time;
  }

  @Override
  public long ramBytes() {
    return 1L << 30;
  }

  @Override
  public long read(long pa, int size) {
    return words.getOrDefault(pa, 0L);
  }

  @Override
  public void write(long pa, int size, long value) {
    throw new AssertionError("the sanitizer writes nothing");
  }

  @Override
  public void watch(long pa, boolean loads, boolean stores) {
    watchers.merge(pa & ~0xFFFL, 1, Integer::sum);
  }

  @Override
  public void unwatch(long pa, boolean loads, boolean stores) {
    if (watchers.computeIfPresent(pa & ~0xFFFL, (page, count) -> count - 1) == null) {
      throw new AssertionError("page 0x%x is unwatched more often than watched".formatted(pa));
    }
    watchers.values().removeIf(count -> count == 0);
  }

  @Override
  public <T> T plugin(Class<T> type) {
    return null;
  }

  @Override
  public Vcpu actor(Vcpu owner) {
    return actor == null ? owner : actor;
  }

  /** A cached translation. */
  record Entry(
      long serial,
      TlbLevel level,
      long va,
      int pageShift,
      long pa,
      long root,
      boolean global,
      boolean writable,
      boolean executable,
      long[] derivedFrom)
      implements TlbEntry {
    @Override
    public int pcid() {
      return 0;
    }

    @Override
    public boolean user() {
      return true;
    }

    @Override
    public boolean dirty() {
      return true;
    }

    @Override
    public boolean watched() {
      return false;
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return (int) serial;
    }
  }

  /** A vCPU that is in user mode; CPU 0 is in "writer", CPU 1 in "reader". */
  final class Cpu extends StillMachine.Cpu {
    final List<TlbEntry> entries = new ArrayList<>();
    final List<TlbEntry> structures = new ArrayList<>();
    final List<TlbEntry> watched = new ArrayList<>();
    long cr3;

    Cpu(int index) {
      super(index);
    }

    @Override
    public Mapping lookup(long root, long va) {
      return FakeTables.this.lookup(root, va);
    }

    @Override
    public boolean agreesWithPageTables(TlbEntry entry) {
      if (entry.level() == TlbLevel.PDE) {
        long upper = words.getOrDefault(entry.derivedFrom()[0], 0L);
        return (upper & P) != 0
            && (upper & ADDRESS) == entry.pa()
            && ((upper & W) != 0 || !entry.writable());
      }
      for (long va = entry.va(); va < entry.va() + (1L << entry.pageShift()); va += 4096) {
        Mapping mapping = lookup(entry.root(), va);
        if (mapping == null
            || (mapping.pa() | va & (1L << mapping.pageShift()) - 1)
                != entry.pa() + va - entry.va()) {
          return false;
        }
      }
      Mapping mapping = lookup(entry.root(), entry.va());
      return mapping != null
          && (mapping.writable() || !entry.writable())
          && (mapping.executable() || !entry.executable());
    }

    @Override
    public void watch(TlbEntry entry) {
      watched.add(entry);
    }

    @Override
    public List<TlbEntry> entries() {
      return entries;
    }

    @Override
    public List<TlbEntry> structureEntries() {
      return structures;
    }

    @Override
    public MachineControl machine() {
      return FakeTables.this;
    }

    @Override
    public long rip() {
      return index() == 0 ? 0x1000 : 0x2000;
    }

    @Override
    public long rflags() {
      return 2;
    }

    @Override
    public long cr(int n) {
      return cr3;
    }

    @Override
    public int cpl() {
      return 3;
    }

    @Override
    public int pcid() {
      return 0;
    }

    @Override
    public long translate(long va) {
      return -1;
    }

    @Override
    public void invalidatePage(long va, Invalidation why) {}

    @Override
    public void invalidatePage(long va, int pcid, Invalidation why) {}

    @Override
    public void invalidatePcid(int pcid, Invalidation why) {}

    @Override
    public void invalidateAll(boolean globals, Invalidation why) {}
  }
}
