package io.tlbscope.pmap;

import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.TlbControl;
import io.tlbscope.core.hook.Vcpu;

/**
 * The invalidation module itself: serves IPI_INVLOP in place of the guest's handler ({@code
 * handler=host}), as an accelerator would. The guest's state is used as its own handler uses it:
 * scan the row, read the record, store the generation, invalidate, scan again; a serial request is
 * read, counted and performed.
 */
final class HostHandler {
  private static final long PAGE = 4096;

  /** The twin address space of page-table isolation uses the same PCID with this bit set. */
  private static final int PCID_USER = 0x800;

  private final GuestLayout layout;
  private final PhysicalAccess memory;
  private final Ledger ledger;
  private final Deliveries deliveries;
  private final Tally tally;

  /** The shootdown being served: the owner of the entries that go. One thread. */
  private Shootdown serving;

  HostHandler(GuestLayout layout, MachineControl machine, Tracker tracker, Tally tally) {
    this.layout = layout;
    this.memory = machine.physical();
    this.ledger = tracker.ledger;
    this.deliveries = tracker.deliveries;
    this.tally = tally;
  }

  Shootdown serving() {
    return serving;
  }

  /**
   * Serves every request of the CPU's row and ends the interrupt; false when the vector is
   * another's.
   */
  boolean serve(Vcpu cpu, int vector) {
    if (vector != layout.vector()) {
      return false;
    }
    deliveries.takenByHost(cpu);
    InterruptHooks.endOfInterrupt(cpu);
    boolean found = true;
    while (found) {
      found = false;
      for (int initiator = 0; initiator < layout.cpus(); initiator++) {
        Shootdown shootdown = ledger.waitingFor(cpu.index(), initiator);
        if (shootdown != null) {
          request(cpu, shootdown);
          found = true;
        }
      }
    }
    return true;
  }

  private void request(Vcpu cpu, Shootdown shootdown) {
    tally.servedByHost++;
    deliveries.recordRead(cpu, shootdown);
    deliveries.acknowledged(cpu, shootdown, answer(cpu, shootdown));
    serving = shootdown;
    try {
      perform(cpu, shootdown);
    } finally {
      serving = null;
    }
    deliveries.left(cpu, shootdown);
  }

  /**
   * Tells the guest that this CPU has taken the request: stores the generation, or counts. Returns
   * what was stored.
   */
  private int answer(Vcpu cpu, Shootdown shootdown) {
    if (shootdown.serial) {
      long pa = layout.serial().waiting();
      long count = memory.read(pa, 4) + 1;
      memory.write(pa, 4, count);
      return (int) count;
    }
    memory.write(
        layout.scoreboard().slot(cpu.index(), shootdown.initiator),
        4,
        shootdown.generation & 0xFFFFFFFFL);
    return shootdown.generation;
  }

  private void perform(Vcpu cpu, Shootdown shootdown) {
    if (shootdown.op == null) {
      return;
    }
    TlbControl tlb = cpu.tlb();
    boolean kernel = shootdown.pmap == layout.kernelPmap();
    switch (shootdown.op) {
      case TLB -> {
        if (kernel) {
          tlb.invalidateAll(true, Invalidation.PLUGIN);
        } else {
          tlb.invalidatePcid(cpu.pcid(), Invalidation.PLUGIN);
        }
      }
      case TLB_INVPCID, TLB_INVPCID_PTI -> space(cpu, shootdown, kernel);
      case TLB_PCID -> {
        // An inactive address space had its saved generation cleared: nothing to do here.
        if (kernel || isCurrent(cpu, shootdown)) {
          space(cpu, shootdown, kernel);
        }
      }
      case PG, PG_INVPCID, PG_PCID ->
          pages(cpu, shootdown, shootdown.addr1, shootdown.addr1 + PAGE);
      case PGRNG, PGRNG_INVPCID, PGRNG_PCID ->
          pages(cpu, shootdown, shootdown.addr1, shootdown.addr2);
      case CACHE -> {
        // Guest memory has no caches to write back.
      }
    }
  }

  private void space(Vcpu cpu, Shootdown shootdown, boolean kernel) {
    if (kernel) {
      cpu.tlb().invalidateAll(true, Invalidation.PLUGIN);
      return;
    }
    int pcid = pcid(cpu, shootdown);
    cpu.tlb().invalidatePcid(pcid, Invalidation.PLUGIN);
    if (shootdown.userRoot != -1) {
      cpu.tlb().invalidatePcid(pcid | PCID_USER, Invalidation.PLUGIN);
    }
  }

  private void pages(Vcpu cpu, Shootdown shootdown, long from, long to) {
    boolean twin =
        shootdown.userRoot != -1
            && !shootdown.op.name().endsWith("PG")
            && !shootdown.op.name().endsWith("PGRNG")
            && isCurrent(cpu, shootdown);
    int user = pcid(cpu, shootdown) | PCID_USER;
    for (long va = from; Long.compareUnsigned(va, to) < 0; va += PAGE) {
      cpu.tlb().invalidatePage(va, Invalidation.PLUGIN);
      if (twin) {
        cpu.tlb().invalidatePage(va, user, Invalidation.PLUGIN);
        if ((cpu.pcid() & PCID_USER) != 0) {
          // Interrupted in user mode, where no handler has moved to the kernel's PCID first.
          cpu.tlb().invalidatePage(va, user ^ PCID_USER, Invalidation.PLUGIN);
        }
      }
    }
  }

  private static boolean isCurrent(Vcpu cpu, Shootdown shootdown) {
    long root = cpu.cr(3) & 0x000F_FFFF_FFFF_F000L;
    return root == shootdown.root || root == shootdown.userRoot;
  }

  /** The PCID that the address space has on this CPU: pm_pcids[cpu].pm_pcid. */
  private int pcid(Vcpu cpu, Shootdown shootdown) {
    long pa = cpu.translate(shootdown.pmap);
    return pa == -1
        ? cpu.pcid()
        : (int) memory.read(pa + layout.pmPcids() + 8L * cpu.index(), 4) & 0xFFF;
  }
}
