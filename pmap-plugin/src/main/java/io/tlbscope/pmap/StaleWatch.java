package io.tlbscope.pmap;

import io.tlbscope.core.hook.Access;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Stale uses after a completed shootdown.
 *
 * <p>When an initiator is released, each CPU's TLB is searched for entries that the shootdown covers, that are older than the
 * shootdown, and that no longer agree with the page tables. A correct target drops them before it leaves its handler (the
 * acknowledgement comes first, so some may be left now); an inactive CPU drops them before it uses the address space again. The
 * entries are watched: a use is a violation, a drop ends the watch. Younger entries are another shootdown's business: whoever
 * changed their page-table entry has yet to complete.
 */
final class StaleWatch implements Observer {
  private final MachineControl machine;
  private final GuestLayout layout;
  private final Journal journal;
  private final Map<TlbEntry, Shootdown> watched = new IdentityHashMap<>();
  private Tracker tracker;

  StaleWatch(MachineControl machine, GuestLayout layout, Journal journal) {
    this.machine = machine;
    this.layout = layout;
    this.journal = journal;
  }

  void follow(Tracker tracker) {
    this.tracker = tracker;
  }

  @Override
  public void completed(Vcpu initiator, Shootdown shootdown) {
    for (int i = 0; i < machine.vcpuCount(); i++) {
      Vcpu cpu = machine.vcpu(i);
      for (TlbEntry entry : cpu.tlb().entries()) {
        if (entry.serial() <= shootdown.serials[i]
            && shootdown.covers(entry.va(), entry.pageShift())
            && belongs(entry, shootdown)
            && !watched.containsKey(entry)
            && !cpu.tlb().agreesWithPageTables(entry)) {
          watched.put(entry, shootdown);
          cpu.tlb().watch(entry);
        }
      }
    }
  }

  /**
   * Whether the entry is one of the shootdown's address space. The kernel's is part of every root; global entries are the
   * kernel's alone, and no flush of another address space drops them.
   */
  private boolean belongs(TlbEntry entry, Shootdown shootdown) {
    return shootdown.pmap == layout.kernelPmap()
        || !entry.global() && (entry.root() == shootdown.root || entry.root() == shootdown.userRoot);
  }

  void used(Vcpu cpu, TlbEntry entry, long va, Access access) {
    Shootdown shootdown = watched.get(entry);
    if (shootdown == null || cpu.tlb().agreesWithPageTables(entry)) {
      return;
    }
    watched.remove(entry);
    boolean asked = shootdown.targets.get(cpu.index()) || shootdown.initiator == cpu.index();
    ViolationKind kind =
        !asked
            ? ViolationKind.STALE_PCID
            : tracker.deliveries.frames(cpu.index()).inNmi() ? ViolationKind.STALE_USE_IN_NMI : ViolationKind.STALE_USE;
    journal.violation(
        kind,
        cpu,
        String.format(
            Locale.ROOT,
            "CPU %d %s 0x%x through a stale %s entry (0x%x -> 0x%x, PCID 0x%x, filled as number %d) after %s for 0x%x..0x%x"
                + " completed%s",
            cpu.index(),
            verb(access),
            va,
            size(entry.pageShift()),
            entry.va(),
            entry.pa(),
            entry.pcid(),
            entry.serial(),
            shootdown.describe(),
            shootdown.addr1,
            shootdown.addr2,
            asked ? "" : "; the CPU was no target, so its saved PCID generation must have been cleared before the IPI"));
  }

  private static String verb(Access access) {
    return switch (access) {
      case READ -> "reads";
      case WRITE -> "writes";
      case FETCH -> "fetches from";
    };
  }

  private static String size(int pageShift) {
    return switch (pageShift) {
      case 12 -> "4 KiB";
      case 21 -> "2 MiB";
      case 22 -> "4 MiB";
      default -> "1 GiB";
    };
  }

  /** The entry left the TLB, by whatever way. */
  void gone(TlbEntry entry) {
    watched.remove(entry);
  }
}
