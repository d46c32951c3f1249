package io.tlbscope.pmap;

import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.trace.TraceKind;
import java.util.BitSet;

/**
 * The way of IPI_INVLOP from the sender's ICR through the target's IRR and handler, and what is
 * checked on it.
 */
final class Deliveries {
  private final int vector;
  private final Ledger ledger;
  private final Journal journal;
  private final Tally tally;
  private final Frames[] frames;

  /** IPI_INVLOP pending in this CPU's IRR. */
  private final boolean[] irr;

  Deliveries(GuestLayout layout, Ledger ledger, Journal journal, Tally tally) {
    this.vector = layout.vector();
    this.ledger = ledger;
    this.journal = journal;
    this.tally = tally;
    irr = new boolean[layout.cpus()];
    frames = new Frames[layout.cpus()];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = new Frames();
    }
  }

  Frames frames(int cpu) {
    return frames[cpu];
  }

  /**
   * The shootdown whose work this CPU is doing: the one it acknowledged last in its handler, else
   * the one it initiated.
   */
  Shootdown working(int cpu) {
    Frames.Frame frame = frames[cpu].innermost(vector);
    return frame != null && !frame.served.isEmpty() ? frame.served.getLast() : ledger.open(cpu);
  }

  void ipiSent(Vcpu from, int vector, long icr, BitSet targets) {
    if (vector != this.vector) {
      return;
    }
    tally.ipisSent += targets.cardinality();
    Shootdown shootdown = ledger.open(from.index());
    if (shootdown == null) {
      targets.stream()
          .forEach(target -> misdirected(from, target, "has no request in any open shootdown"));
      return;
    }
    journal.event(TraceKind.SHOOTDOWN_ICR, from, shootdown.id, icr, 0, 0, 0);
    if (shootdown.serial) {
      // The one record names no targets: who gets the IPI is one.
      shootdown.targets.or(targets);
      shootdown.targets.clear(from.index());
    }
    for (int target = targets.nextSetBit(0); target >= 0; target = targets.nextSetBit(target + 1)) {
      boolean again = shootdown.sent.get(target);
      if (again || !shootdown.targets.get(target)) {
        misdirected(
            from,
            target,
            (again ? "was sent one already in " : "has no request in ")
                + shootdown.describe()
                + "; its targets are "
                + shootdown.targets);
      }
      shootdown.sent.set(target);
    }
  }

  private void misdirected(Vcpu from, int target, String why) {
    journal.violation(
        ViolationKind.MISDIRECTED_IPI,
        from,
        "IPI_INVLOP from CPU " + from.index() + " goes to CPU " + target + ", which " + why);
  }

  void irrSet(Vcpu target, int vector, boolean merged, Vcpu from) {
    if (vector != this.vector) {
      return;
    }
    irr[target.index()] = true;
    if (merged) {
      tally.ipisMerged++;
    }
    Shootdown shootdown = from == null ? null : ledger.open(from.index());
    if (shootdown != null && shootdown.targets.get(target.index())) {
      shootdown.accepted.set(target.index());
      journal.event(
          TraceKind.SHOOTDOWN_IRR, target, shootdown.id, from.index(), merged ? 1 : 0, 0, 0);
    }
  }

  void taken(Vcpu cpu, int vector, TrapKind kind, long returnRip) {
    int target = cpu.index();
    frames[target].push(vector, kind, returnRip);
    if (vector == this.vector && kind == TrapKind.EXTERNAL) {
      irr[target] = false;
      for (Shootdown shootdown : ledger.all()) {
        if (owes(target, shootdown)) {
          journal.event(TraceKind.SHOOTDOWN_TAKEN, cpu, shootdown.id, shootdown.initiator, 0, 0, 0);
        }
      }
    }
  }

  /** Whether the target got the shootdown's IPI and has not answered. */
  private static boolean owes(int target, Shootdown shootdown) {
    return shootdown != null
        && !shootdown.done
        && shootdown.accepted.get(target)
        && !shootdown.acknowledged.get(target);
  }

  void recordRead(Vcpu cpu, Shootdown shootdown) {
    shootdown.read.set(cpu.index());
    journal.event(TraceKind.SHOOTDOWN_READ, cpu, shootdown.id, shootdown.initiator, 0, 0, 0);
  }

  /**
   * The target answers. {@code answer} is the generation, or the counter's new value of a serial
   * shootdown.
   */
  void acknowledged(Vcpu cpu, Shootdown shootdown, int answer) {
    if (!shootdown.read.get(cpu.index())) {
      journal.violation(
          ViolationKind.ACK_WITHOUT_READ,
          cpu,
          "CPU "
              + cpu.index()
              + " acknowledges "
              + shootdown.describe()
              + " without having read its record");
    }
    shootdown.acknowledged.set(cpu.index());
    journal.event(
        TraceKind.SHOOTDOWN_ACK,
        cpu,
        shootdown.id,
        shootdown.initiator,
        answer & 0xFFFFFFFFL,
        0,
        0);
    Frames.Frame frame = frames[cpu.index()].innermost(vector);
    if (frame != null) {
      frame.served.add(shootdown);
    }
  }

  void returned(Vcpu cpu) {
    for (Frames.Frame frame : frames[cpu.index()].pop(cpu.rip())) {
      if (frame.vector == vector && frame.kind == TrapKind.EXTERNAL) {
        handlerLeft(cpu, frame);
      }
    }
  }

  private void handlerLeft(Vcpu cpu, Frames.Frame frame) {
    for (Shootdown shootdown : frame.served) {
      left(cpu, shootdown);
    }
    if (irr[cpu.index()]) {
      return;
    }
    for (Shootdown shootdown : ledger.all()) {
      if (owes(cpu.index(), shootdown)) {
        ledger.neverServed(cpu, shootdown, "left its handler with no IPI_INVLOP pending and");
      }
    }
  }

  /** The target has done the shootdown's work. */
  void left(Vcpu cpu, Shootdown shootdown) {
    if (!shootdown.useful.get(cpu.index())) {
      tally.wastedIpis++;
    }
    journal.event(TraceKind.SHOOTDOWN_LEFT, cpu, shootdown.id, shootdown.initiator, 0, 0, 0);
  }

  /** The host's handler took IPI_INVLOP: no frame, see {@link HostHandler}. */
  void takenByHost(Vcpu cpu) {
    irr[cpu.index()] = false;
  }

  /** The vCPU was reset: it is in no handler and nothing is pending. */
  void reset(Vcpu cpu) {
    frames[cpu.index()].clear();
    irr[cpu.index()] = false;
  }

  void known(Shootdowns all) {
    for (Frames each : frames) {
      each.known(all);
    }
  }

  void save(StateWriter to) {
    to.tag("deliveries");
    to.putBooleans(irr);
    for (Frames each : frames) {
      each.save(to);
    }
  }

  void load(StateReader from, Shootdowns known) {
    from.tag("deliveries");
    from.getBooleans(irr);
    for (Frames each : frames) {
      each.load(from, known);
    }
  }
}
