package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.pmap.stale.Sanitizer;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Stale uses after a completed shootdown.
 *
 * <p>When a shootdown begins, each CPU's TLB is searched for entries that it covers and that no
 * longer agree with the page tables: those it has to remove. A correct target drops them before it
 * leaves its handler (the acknowledgement comes first, so some may be left when the initiator is
 * released); an inactive CPU drops them before it uses the address space again. What is left at the
 * release is watched: a use is a violation, a drop ends the watch. An entry that is younger, or
 * whose page-table entry changed later, is another shootdown's business: whoever changed it has yet
 * to complete.
 */
final class StaleWatch implements Observer, Follower {
  private final MachineControl machine;
  private final GuestLayout layout;
  private final Journal journal;
  private final Map<TlbEntry, Shootdown> watched = new IdentityHashMap<>();
  private final Residence residence;

  /** Knows who made an entry stale; null where nobody watches the page tables. */
  private final Sanitizer sanitizer;

  private Tracker tracker;

  StaleWatch(MachineControl machine, GuestLayout layout, Journal journal, Sanitizer sanitizer) {
    this.machine = machine;
    this.layout = layout;
    this.journal = journal;
    this.sanitizer = sanitizer;
    this.residence = new Residence(machine.vcpuCount());
  }

  void follow(Tracker tracker) {
    this.tracker = tracker;
  }

  @Override
  public void begun(Shootdown shootdown) {
    residence.twins(shootdown);
    for (int i = 0; i < machine.vcpuCount(); i++) {
      TlbControl tlb = machine.vcpu(i).tlb();
      for (TlbEntry entry : tlb.entries()) {
        if (shootdown.covers(entry.va(), entry.pageShift())
            && belongs(entry, shootdown)
            && !tlb.agreesWithPageTables(entry)) {
          shootdown.stale.add(entry);
        }
      }
    }
  }

  @Override
  public void completed(Vcpu initiator, Shootdown shootdown) {
    if (shootdown.stale.isEmpty()) {
      return;
    }
    for (int i = 0; i < machine.vcpuCount(); i++) {
      TlbControl tlb = machine.vcpu(i).tlb();
      for (TlbEntry entry : tlb.entries()) {
        if (shootdown.stale.contains(entry)
            && entry.serial() <= shootdown.serials[i]
            && !watched.containsKey(entry)
            && !tlb.agreesWithPageTables(entry)) {
          watched.put(entry, shootdown);
          tlb.watch(entry);
        }
      }
    }
    shootdown.stale.clear();
  }

  /**
   * Whether the entry is one of the shootdown's address space. The kernel's is part of every root;
   * global entries are the kernel's alone, and no flush of another address space drops them.
   */
  private boolean belongs(TlbEntry entry, Shootdown shootdown) {
    return shootdown.pmap == layout.kernelPmap()
        || !entry.global()
            && (entry.root() == shootdown.root || entry.root() == shootdown.userRoot);
  }

  @Override
  public void used(Vcpu cpu, TlbEntry entry, long va, Access access) {
    Shootdown shootdown = watched.get(entry);
    if (shootdown == null || cpu.tlb().agreesWithPageTables(entry)) {
      return;
    }
    boolean asked = shootdown.targets.get(cpu.index()) || shootdown.initiator == cpu.index();
    if (!asked && !residence.precedes(cpu, entry.serial())) {
      // Filled after the CPU came in: whoever changed the page-table entry since then still has to
      // ask it.
      return;
    }
    watched.remove(entry);
    ViolationKind kind =
        !asked
            ? ViolationKind.STALE_PCID
            : tracker.deliveries.frames(cpu.index()).inNmi()
                ? ViolationKind.STALE_USE_IN_NMI
                : ViolationKind.STALE_USE;
    String writer = sanitizer == null ? "" : sanitizer.explain(cpu, entry);
    journal.violation(
        kind,
        cpu,
        String.format(
            Locale.ROOT,
            "CPU %d %s 0x%x through a stale %s entry (0x%x -> 0x%x, PCID 0x%x, filled as number %d) after %s for 0x%x..0x%x"
                + " completed%s%s",
            cpu.index(),
            Sanitizer.verb(access),
            va,
            Sanitizer.size(entry),
            entry.va(),
            entry.pa(),
            entry.pcid(),
            entry.serial(),
            shootdown.describe(),
            shootdown.addr1,
            shootdown.addr2,
            asked
                ? ""
                : "; the CPU was no target, so its saved PCID generation must have been cleared before the IPI",
            writer),
        details(cpu, entry, va, access, shootdown));
  }

  private Map<String, Object> details(
      Vcpu cpu, TlbEntry entry, long va, Access access, Shootdown shootdown) {
    if (sanitizer == null) {
      return Map.of();
    }
    Map<String, Object> details = new LinkedHashMap<>(sanitizer.reported(cpu, entry, va, access));
    details.put("shootdown", shootdown.id);
    return details;
  }

  @Override
  public void filled(Vcpu cpu, TlbEntry entry) {
    residence.filled(cpu, entry.serial());
  }

  @Override
  public void moved(Vcpu cpu, long before, long after) {
    residence.moved(cpu, before, after);
  }

  @Override
  public void evicted(Vcpu cpu, TlbEntry entry) {
    watched.remove(entry);
  }

  @Override
  public void dropped(Vcpu cpu, TlbEntry entry, Invalidation why) {
    watched.remove(entry);
  }

  void known(Shootdowns all) {
    watched.values().forEach(all::add);
  }

  void save(StateWriter to, CachedEntries entries) {
    to.tag("stale");
    residence.save(to);
    entries.save(to, watched.keySet(), entry -> Shootdowns.put(to, watched.get(entry)));
  }

  void load(StateReader from, CachedEntries entries, Shootdowns known) {
    from.tag("stale");
    residence.load(from);
    watched.clear();
    entries.load(from, entry -> watched.put(entry, known.get(from)));
  }
}
