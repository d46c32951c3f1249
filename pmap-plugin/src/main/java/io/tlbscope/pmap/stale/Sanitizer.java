package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.Mapping;
import io.tlbscope.core.hook.TlbControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.core.trace.TraceKind;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds uses of stale translations in any guest.
 *
 * <p>A cached translation becomes stale when a store changes a paging-structure entry that it came
 * from, so that a fresh walk gives another address, none, or fewer rights; more rights and A/D bits
 * make none stale. Using it is legal until whoever changed the tables has reason to believe that it
 * is gone. It is a violation once
 *
 * <ul>
 *   <li>its frame has been given a new use: a page-table entry stored since maps it elsewhere and
 *       is used, or it is written through another address, or the guest declares it,
 *   <li>the guest declares that the range is flushed everywhere,
 *   <li>a shootdown that covers it has completed: those who follow a shootdown protocol judge that,
 *       and ask here who the writer was.
 * </ul>
 *
 * A translation that only lost rights is used wrongly where an access needs what it lost.
 *
 * <p>All calls come with the machine's lock held.
 */
public final class Sanitizer implements Stateful {
  private static final long CR3_ADDRESS = 0x000F_FFFF_FFFF_F000L;

  /** log2 of the bytes around an address within which an invalidation counts as an attempt. */
  private static final int NEAR = 21;

  private final MachineControl machine;
  private final Findings findings;
  private final Declarations declarations;

  private final TableWatch tables;
  private final StaleTally tally = new StaleTally();
  private final Marks marks;
  private final Reports reports;

  public Sanitizer(
      MachineControl machine, Declarations declarations, boolean noticesReuse, Findings findings) {
    this.machine = machine;
    this.declarations = declarations;
    this.findings = findings;
    tables = new TableWatch(machine);
    reports = new Reports(findings);
    marks = new Marks(machine, noticesReuse);
    declarations.watch(machine.physical());
    // A store by one vCPU has the TLBs of all looked at.
    machine.shareTlbs();
  }

  // ---- what the TLBs do

  public void filled(Vcpu cpu, TlbEntry entry) {
    tables.filled(cpu.index(), entry);
    marks.frames().within(entry, frame -> mapped(cpu, entry, frame));
  }

  /** The entry left the TLB for want of room. */
  public void evicted(TlbEntry entry) {
    gone(entry);
  }

  public void dropped(Vcpu cpu, TlbEntry entry, Invalidation why) {
    if (marks.of(entry) == null && deliberate(why)) {
      tally.needless(why, sender(cpu, why).rip());
    }
    gone(entry);
  }

  /** Whether software meant this entry, or everything; a switch of address spaces means none. */
  private static boolean deliberate(Invalidation why) {
    return switch (why) {
      case INVLPG,
          INVPCID_ADDRESS,
          INVPCID_CONTEXT,
          INVPCID_ALL_GLOBAL,
          INVPCID_ALL,
          INVLPGB,
          PLUGIN ->
          true;
      case CR3, CONTROL, PAGE_FAULT, RESET -> false;
    };
  }

  private void gone(TlbEntry entry) {
    tables.gone(entry);
    Mark mark = marks.of(entry);
    if (mark != null) {
      marks.remove(mark);
    }
    marks.forget(entry);
  }

  /** An invalidation is over; what is still marked on this vCPU survived it. */
  public void invalidated(Vcpu cpu, Invalidation why, long va) {
    Collection<Mark> left = marks.heldBy(cpu.index());
    if (left.isEmpty()) {
      return;
    }
    marks.dropOldStructures(cpu);
    if (why != Invalidation.PAGE_FAULT && !left.isEmpty()) {
      String text =
          String.format(
              Locale.ROOT,
              "%s%s of %s at %d",
              why,
              va == -1 ? "" : " 0x" + Long.toHexString(va),
              Place.of(sender(cpu, why)).text(findings),
              cpu.now());
      for (Mark mark : left) {
        if (meant(mark.entry, va)) {
          mark.left = text;
        }
      }
    }
  }

  private Vcpu sender(Vcpu cpu, Invalidation why) {
    return why == Invalidation.INVLPGB ? machine.actor(cpu) : cpu;
  }

  /** True if the invalidation named no address, or one so near that it may have meant the entry. */
  private static boolean meant(TlbEntry entry, long va) {
    return va == -1 || (va ^ entry.va()) >>> Math.max(NEAR, entry.pageShift()) == 0;
  }

  // ---- what is stored

  /** A store to a watched page. */
  public void stored(Vcpu cpu, long va, long pa, int size, long before, long after) {
    if (declarations.isReuse(pa)) {
      reuse(after & ~0xFFFL, cpu, "declared free for a new use");
    } else if (declarations.isFlush(pa)) {
      flushDeclared(cpu, after);
    }
    if (!marks.frames().at(pa).isEmpty()) {
      written(cpu, va, pa);
    }
    if (tables.watches(pa)) {
      for (long word = pa & ~7L; word < pa + size; word += 8) {
        long at = word;
        tables.derived(
            word, (holder, entry) -> changed(cpu, holder, entry, at, pa, size, before, after));
      }
    }
  }

  private void changed(
      Vcpu writer,
      int holder,
      TlbEntry entry,
      long word,
      long pa,
      int size,
      long before,
      long after) {
    Mark mark = marks.of(entry);
    if (agrees(holder, entry)) {
      long now = machine.physical().read(word, 8);
      if (entry.pageShift() > 12 && !Mark.isStructure(entry) && Mark.isTable(now)) {
        tables.split(holder, entry, now & CR3_ADDRESS);
      }
      if (mark != null) {
        tally.restored++;
        marks.restored(mark);
      }
      return;
    }
    if (mark != null) {
      return;
    }
    boolean whole = pa == word && size == 8;
    long now = whole ? after : machine.physical().read(word, 8);
    long was = whole ? before : Mark.replaced(now, word, pa, size, before);
    boolean gone = Mark.isStructure(entry) ? Mark.leadsElsewhere(was, now) : isGone(holder, entry);
    mark = new Mark(holder, entry, Place.of(writer), word, was, now, gone);
    tally.marked++;
    marks.add(mark);
    machine.vcpu(holder).tlb().watch(entry);
    findings.event(TraceKind.STALE_MARK, writer, entry.serial(), entry.va(), word, was, holder);
  }

  private boolean agrees(int holder, TlbEntry entry) {
    TlbControl tlb = machine.vcpu(holder).tlb();
    return tlb.agreesWithPageTables(entry)
        || entry.global() && !Mark.isStructure(entry) && agreesElsewhere(holder, entry);
  }

  /**
   * A global entry is every address space's: the one that it was filled from may be gone, its
   * tables in new use, while the vCPU's present one maps the same.
   */
  private boolean agreesElsewhere(int holder, TlbEntry entry) {
    Vcpu cpu = machine.vcpu(holder);
    long root = cpu.cr(3) & CR3_ADDRESS;
    if (root == entry.root()) {
      return false;
    }
    long end = entry.va() + (1L << entry.pageShift());
    long va = entry.va();
    do {
      Mapping mapping = cpu.tlb().lookup(root, va);
      if (mapping == null
          || pa(mapping, va) != entry.pa() + (va - entry.va())
          || entry.writable() && !mapping.writable()
          || entry.user() && !mapping.user()
          || entry.executable() && !mapping.executable()) {
        return false;
      }
      va = next(mapping, va);
    } while (va - end < 0);
    return true;
  }

  /** True if some address of the entry is mapped elsewhere now, or not at all. */
  private boolean isGone(int holder, TlbEntry entry) {
    TlbControl tlb = machine.vcpu(holder).tlb();
    long end = entry.va() + (1L << entry.pageShift());
    long va = entry.va();
    do {
      Mapping mapping = tlb.lookup(entry.root(), va);
      if (mapping == null || pa(mapping, va) != entry.pa() + (va - entry.va())) {
        return true;
      }
      va = next(mapping, va);
    } while (va - end < 0);
    return false;
  }

  /** First address behind the page. */
  private static long next(Mapping mapping, long va) {
    return (va >> mapping.pageShift()) + 1 << mapping.pageShift();
  }

  private static long pa(Mapping mapping, long va) {
    return mapping.pa() | va & (1L << mapping.pageShift()) - 1;
  }

  // ---- new uses of frames

  private void written(Vcpu cpu, long va, long pa) {
    long frame = pa & ~0xFFFL;
    for (Mark mark : marks.frames().at(pa)) {
      long own = mark.entry.va() + (frame - mark.entry.pa());
      if (Mark.isStructure(mark.entry) || (va & ~0xFFFL) != (own & ~0xFFFL)) {
        used(mark, frame, cpu, "written through 0x" + Long.toHexString(va));
      }
    }
  }

  private void mapped(Vcpu cpu, TlbEntry other, long frame) {
    for (Mark mark : marks.frames().at(frame)) {
      long va = other.va() + (frame - other.pa());
      long own = mark.entry.va() + (frame - mark.entry.pa());
      boolean same = va == own && (other.global() || other.root() == mark.entry.root());
      if (!same && tables.storedSince(other, mark.writer.time())) {
        used(mark, frame, cpu, "mapped at 0x" + Long.toHexString(va));
      }
    }
  }

  private void reuse(long frame, Vcpu cpu, String how) {
    marks.frames().at(frame).forEach(mark -> used(mark, frame, cpu, how));
  }

  private static void used(Mark mark, long frame, Vcpu cpu, String how) {
    mark.reused.computeIfAbsent(frame, page -> new Mark.NewUse(Place.of(cpu), how));
  }

  private void flushDeclared(Vcpu cpu, long end) {
    long base = declarations.flushed();
    long root = machine.physical().read(base + Declarations.ROOT, 8) & CR3_ADDRESS;
    long start = machine.physical().read(base + Declarations.START, 8);
    for (int i = 0; i < machine.vcpuCount(); i++) {
      for (Mark mark : marks.heldBy(i)) {
        TlbEntry entry = mark.entry;
        boolean named = root == 0 || entry.global() || entry.root() == root;
        boolean within = entry.va() < end && start < entry.va() + (1L << entry.pageShift());
        if (named && within && mark.declared == null) {
          mark.declared = Place.of(cpu);
        }
      }
    }
  }

  // ---- uses

  /** An access is about to go through a watched entry, or a walk through a watched structure. */
  public void used(Vcpu cpu, TlbEntry entry, long va, Access access) {
    Mark mark = marks.of(entry);
    if (mark == null || !isStale(cpu, mark, va, access)) {
      return;
    }
    tally.uses++;
    if (mark.uses++ == 0) {
      findings.event(
          TraceKind.STALE_USE, cpu, entry.serial(), va, entry.pa(), mark.pte, access.ordinal());
    }
    if (mark.reported) {
      return;
    }
    Mark.NewUse reused = mark.reused.get(frame(entry, va));
    if (reused != null) {
      reported(mark);
      reports.violation(
          Findings.Rule.REUSED_FRAME,
          cpu,
          mark,
          va,
          access,
          "the frame has been "
              + reused.how()
              + " by "
              + reused.by().text(findings)
              + " at "
              + reused.by().time(),
          "new_use",
          reused.details(findings));
    } else if (mark.declared != null) {
      reported(mark);
      reports.violation(
          Findings.Rule.DECLARED_FLUSHED,
          cpu,
          mark,
          va,
          access,
          mark.declared.text(findings)
              + " has declared the range flushed everywhere at "
              + mark.declared.time(),
          "declared",
          mark.declared.details(findings));
    }
  }

  private void reported(Mark mark) {
    mark.reported = true;
    tally.violations++;
  }

  private static long frame(TlbEntry entry, long va) {
    return Mark.isStructure(entry)
        ? entry.pa() & ~0xFFFL
        : entry.pa() + (va - entry.va()) & ~0xFFFL;
  }

  /** Whether the page tables, as they are, would not let this access through to this place. */
  private boolean isStale(Vcpu cpu, Mark mark, long va, Access access) {
    TlbEntry entry = mark.entry;
    if (Mark.isStructure(entry)) {
      return !agrees(cpu.index(), entry);
    }
    long root = entry.global() ? cpu.cr(3) & CR3_ADDRESS : entry.root();
    Mapping mapping = cpu.tlb().lookup(root, va);
    if (mapping == null || pa(mapping, va) != entry.pa() + (va - entry.va())) {
      return true;
    }
    return access == Access.WRITE && entry.writable() && !mapping.writable()
        || access == Access.FETCH && entry.executable() && !mapping.executable()
        || cpu.cpl() == 3 && entry.user() && !mapping.user();
  }

  // ---- for those who follow a protocol

  /** Someone else reports the entry's use; it is not reported again. Empty if it is not stale. */
  public Map<String, Object> reported(Vcpu cpu, TlbEntry entry, long va, Access access) {
    Mark mark = marks.of(entry);
    if (mark == null) {
      return Map.of();
    }
    reported(mark);
    Map<String, Object> details = reports.details(cpu, mark, va, access);
    details.put("missing", reports.missing(cpu, mark));
    return details;
  }

  /** Who made the entry stale and what is missing, as a clause; empty if it is not stale. */
  public String explain(Vcpu cpu, TlbEntry entry) {
    Mark mark = marks.of(entry);
    return mark == null ? "" : "; " + reports.explain(cpu, mark);
  }

  /** The size of an entry's page, in words. */
  public static String size(TlbEntry entry) {
    return Reports.size(entry);
  }

  /** The verb of an access, third person. */
  public static String verb(Access access) {
    return Reports.verb(access);
  }

  /** The translations that are stale now by stores of this vCPU. */
  public List<Mark> madeBy(int cpu) {
    return marks.madeBy(cpu);
  }

  /** Those that are not stale any more, as another store put things right; in no order. */
  public List<Mark> restoredBy(int cpu) {
    return marks.restoredBy(cpu);
  }

  /** Whether the page tables, as they are, would not let this access through the entry. */
  public boolean isStale(Vcpu cpu, TlbEntry entry, long va, Access access) {
    Mark mark = marks.of(entry);
    return mark != null && isStale(cpu, mark, va, access);
  }

  /** For the summary. */
  public Map<String, Object> section() {
    return tally.section(findings);
  }

  // ---- snapshots

  @Override
  public void save(StateWriter to) {
    to.tag("sanitizer");
    to.put(tally);
    to.put(tables);
    to.put(marks);
  }

  @Override
  public void load(StateReader from) {
    from.tag("sanitizer");
    from.get(tally);
    from.get(tables);
    from.get(marks);
  }
}
