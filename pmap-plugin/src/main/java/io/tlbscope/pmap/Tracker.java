package io.tlbscope.pmap;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.BitSet;

/**
 * Follows every shootdown of a guest by whichever protocols it has; the ledger and the deliveries
 * are common to both.
 */
final class Tracker implements Follower {
  final Ledger ledger;
  final Deliveries deliveries;
  private final GuestLayout layout;
  private final ScoreboardTracker scoreboard;
  private final SerialTracker serial;

  Tracker(
      GuestLayout layout, MachineControl machine, Journal journal, Tally tally, Observer observer) {
    this.layout = layout;
    ledger = new Ledger(layout, machine, journal, tally, observer);
    deliveries = new Deliveries(layout, ledger, journal, tally);
    scoreboard =
        layout.scoreboard() == null
            ? null
            : new ScoreboardTracker(layout.scoreboard(), machine, ledger, deliveries, journal);
    serial =
        layout.serial() == null
            ? null
            : new SerialTracker(layout.serial(), machine, ledger, deliveries);
  }

  /** Watches the pages that hold the guest's shootdown state. */
  void watch(MachineControl machine) {
    if (scoreboard != null) {
      layout.scoreboard().watch(machine.physical());
    }
    if (serial != null) {
      layout.serial().watch(machine.physical());
    }
  }

  @Override
  public void filled(Vcpu cpu, TlbEntry entry) {
    ledger.filled(cpu, entry);
  }

  @Override
  public void ipiSent(Vcpu from, int vector, long icr, BitSet targets) {
    deliveries.ipiSent(from, vector, icr, targets);
  }

  @Override
  public void irrSet(Vcpu target, int vector, boolean merged, Vcpu from) {
    deliveries.irrSet(target, vector, merged, from);
  }

  @Override
  public void taken(Vcpu cpu, int vector, TrapKind kind, long returnRip) {
    deliveries.taken(cpu, vector, kind, returnRip);
  }

  @Override
  public void returned(Vcpu cpu) {
    deliveries.returned(cpu);
  }

  @Override
  public void reset(Vcpu cpu) {
    deliveries.reset(cpu);
  }

  @Override
  public void loaded(Vcpu cpu, long pa, int size, long value) {
    if (scoreboard != null) {
      scoreboard.load(cpu, pa, size, value);
    }
    if (serial != null) {
      serial.load(cpu, pa, size, value);
    }
  }

  @Override
  public void stored(Vcpu cpu, long va, long pa, int size, long before, long after) {
    if (scoreboard != null) {
      scoreboard.store(cpu, pa, size, before, after);
    }
    if (serial != null) {
      serial.store(cpu, pa, size, before, after);
    }
  }

  void known(Shootdowns all) {
    ledger.known(all);
    deliveries.known(all);
    if (serial != null) {
      serial.known(all);
    }
  }

  void save(StateWriter to) {
    to.tag("tracker");
    ledger.save(to);
    deliveries.save(to);
    if (scoreboard != null) {
      scoreboard.save(to);
    }
    if (serial != null) {
      serial.save(to);
    }
  }

  void load(StateReader from, Shootdowns known) {
    from.tag("tracker");
    ledger.load(from, known);
    deliveries.load(from, known);
    if (scoreboard != null) {
      scoreboard.load(from);
    }
    if (serial != null) {
      serial.load(from, known);
    }
  }
}
