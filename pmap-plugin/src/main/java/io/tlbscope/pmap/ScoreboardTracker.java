package io.tlbscope.pmap;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.trace.TraceKind;
import java.util.BitSet;

/**
 * Follows parallel shootdowns through their phases, from the guest's own loads and stores of the
 * scoreboard and the records:
 *
 * <pre>
 *   initiator i                                          target t
 *   store record[i].gen                                  interrupt IPI_INVLOP taken     TAKEN
 *   store 0 to slot[t][i]             BEGIN, SLOT        load record[i].gen             READ
 *   IPI sent                          ICR, IRR           store gen to slot[t][i]        ACK
 *   load slot[t][i] == gen, for all t DONE               entries dropped                DROP
 *                                                        return from the handler        LEFT
 * </pre>
 *
 * and holds each step against the protocol's rules. Stores that set up the scoreboard before any
 * request are no steps.
 */
final class ScoreboardTracker {
  private final ScoreboardLayout layout;
  private final PhysicalAccess memory;
  private final Ledger ledger;
  private final Deliveries deliveries;
  private final Journal journal;

  /** Slots (target * cpus + initiator) that held a generation once: the guest has set them up. */
  private final BitSet ready = new BitSet();

  ScoreboardTracker(
      ScoreboardLayout layout,
      MachineControl machine,
      Ledger ledger,
      Deliveries deliveries,
      Journal journal) {
    this.layout = layout;
    this.memory = machine.physical();
    this.ledger = ledger;
    this.deliveries = deliveries;
    this.journal = journal;
  }

  void load(Vcpu cpu, long pa, int size, long value) {
    if (layout.holds(pa)) {
      for (int at = 0; at < size; at += 4) {
        slotLoaded(cpu, pa + at, (int) (value >>> 8 * at));
      }
      return;
    }
    int owner = layout.owner(pa);
    if (owner >= 0 && owner != cpu.index() && layout.touchesGeneration(owner, pa, size)) {
      Shootdown shootdown = last(owner);
      if (shootdown != null
          && shootdown.waitsFor(cpu.index())
          && !shootdown.read.get(cpu.index())) {
        deliveries.recordRead(cpu, shootdown);
      }
    }
  }

  void store(Vcpu cpu, long pa, int size, long before, long after) {
    if (layout.holds(pa)) {
      for (int at = 0; at < size; at += 4) {
        slotStored(cpu, pa + at, (int) (before >>> 8 * at), (int) (after >>> 8 * at));
      }
      return;
    }
    int owner = layout.owner(pa);
    if (owner == cpu.index() && layout.touchesRecord(owner, pa, size)) {
      Shootdown shootdown = last(owner);
      if (shootdown != null && !shootdown.done && !shootdown.isAnswered()) {
        ledger.torn(cpu, shootdown);
        read(shootdown);
      }
    }
  }

  /** The initiator's last shootdown by scoreboard, or null. */
  private Shootdown last(int initiator) {
    Shootdown shootdown = ledger.all()[initiator];
    return shootdown == null || shootdown.serial ? null : shootdown;
  }

  private void slotStored(Vcpu cpu, long pa, int before, int after) {
    int target = layout.target(pa);
    int initiator = layout.initiator(pa);
    if (target >= layout.cpus() || initiator >= layout.cpus()) {
      return;
    }
    int slot = target * layout.cpus() + initiator;
    if (after != 0) {
      ready.set(slot);
      Shootdown shootdown = last(initiator);
      if (before == 0
          && cpu.index() == target
          && target != initiator
          && shootdown != null
          && shootdown.waitsFor(target)) {
        acknowledge(cpu, shootdown, after);
      }
    } else if (cpu.index() == initiator && target != initiator && ready.get(slot)) {
      request(cpu, target, before);
    }
  }

  private void request(Vcpu cpu, int target, int before) {
    int initiator = cpu.index();
    if (before == 0) {
      journal.violation(
          ViolationKind.SLOT_ALREADY_ZERO,
          cpu,
          "CPU "
              + initiator
              + " zeroes its slot of target "
              + target
              + ", which is 0 already: its earlier request was not answered");
    }
    int generation = (int) memory.read(layout.record(initiator, layout.gen()), 4);
    Shootdown shootdown = last(initiator);
    if (shootdown == null
        || shootdown.done
        || shootdown.generation != generation
        || shootdown.targets.get(target)) {
      shootdown = ledger.begin(cpu, false);
      read(shootdown);
      ledger.begun(cpu, shootdown);
      if (generation == 0) {
        journal.violation(
            ViolationKind.GENERATION_ZERO,
            cpu,
            "CPU "
                + initiator
                + " posts generation 0, which a slot uses for \"waiting\": the acknowledgement cannot be told"
                + " from the request");
      }
    }
    shootdown.targets.set(target);
    journal.event(TraceKind.SHOOTDOWN_SLOT, cpu, shootdown.id, target, 0, 0, 0);
  }

  private void read(Shootdown shootdown) {
    int cpu = shootdown.initiator;
    shootdown.generation = (int) memory.read(layout.record(cpu, layout.gen()), 4);
    ledger.read(
        shootdown,
        layout.record(cpu, layout.op()),
        layout.record(cpu, layout.addr1()),
        layout.record(cpu, layout.addr2()),
        layout.record(cpu, layout.pmap()));
  }

  private void acknowledge(Vcpu cpu, Shootdown shootdown, int generation) {
    if (generation != shootdown.generation) {
      journal.violation(
          ViolationKind.WRONG_GENERATION,
          cpu,
          "CPU "
              + cpu.index()
              + " answers "
              + shootdown.describe()
              + " with generation "
              + Integer.toUnsignedString(generation));
    }
    deliveries.acknowledged(cpu, shootdown, generation);
  }

  private void slotLoaded(Vcpu cpu, long pa, int value) {
    int target = layout.target(pa);
    int initiator = layout.initiator(pa);
    if (initiator != cpu.index() || target == initiator || target >= layout.cpus()) {
      return;
    }
    Shootdown shootdown = last(initiator);
    if (shootdown == null || shootdown.done || !shootdown.targets.get(target)) {
      return;
    }
    ledger.looked(cpu, shootdown, "CPU " + target);
    if (value == shootdown.generation && value != 0) {
      shootdown.seen.set(target);
      if (shootdown.seen.equals(shootdown.targets)) {
        ledger.complete(cpu, shootdown);
      }
    }
  }

  void save(StateWriter to) {
    to.putLongs(ready.toLongArray());
  }

  void load(StateReader from) {
    ready.clear();
    ready.or(BitSet.valueOf(from.getLongs()));
  }
}
