package io.tlbscope.pmap;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.trace.TraceKind;
import java.util.BitSet;

/**
 * Each CPU's shootdown from its begin to its end, whatever the protocol: the initiator's side of
 * what is counted, traced and checked. A CPU has at most one: both protocols keep it on its record
 * until every target has answered.
 */
final class Ledger {
  /**
   * A request older than this when the run ends counts as lost even if its IPI is still pending: 10
   * ms of guest time.
   */
  private static final long PATIENCE_TICKS = 10_000_000;

  private final GuestLayout layout;
  private final MachineControl machine;
  private final PhysicalAccess memory;
  private final Journal journal;
  private final Tally tally;
  private final Observer observer;
  private final Shootdown[] current;
  private final long[] lastSerial;
  private long lastId;

  Ledger(
      GuestLayout layout, MachineControl machine, Journal journal, Tally tally, Observer observer) {
    this.layout = layout;
    this.machine = machine;
    this.memory = machine.physical();
    this.journal = journal;
    this.tally = tally;
    this.observer = observer;
    current = new Shootdown[layout.cpus()];
    lastSerial = new long[layout.cpus()];
  }

  /** Each CPU's last shootdown; null before its first. */
  Shootdown[] all() {
    return current;
  }

  /** Each CPU's last shootdown, a line each, for a debugger. */
  String view() {
    StringBuilder text = new StringBuilder();
    for (Shootdown shootdown : current) {
      if (shootdown != null) {
        text.append(shootdown.view()).append('\n');
      }
    }
    return text.isEmpty() ? "no shootdown yet\n" : text.toString();
  }

  /** The shootdown whose initiator has not been released, or null. */
  Shootdown open(int initiator) {
    Shootdown shootdown = current[initiator];
    return shootdown != null && !shootdown.done ? shootdown : null;
  }

  /** The initiator's shootdown if this target owes it an answer, else null. */
  Shootdown waitingFor(int target, int initiator) {
    Shootdown shootdown = open(initiator);
    return shootdown != null && shootdown.waitsFor(target) ? shootdown : null;
  }

  void filled(Vcpu cpu, TlbEntry entry) {
    lastSerial[cpu.index()] = entry.serial();
  }

  /** A new shootdown of this CPU; {@link #begun} follows once its record has been read. */
  Shootdown begin(Vcpu cpu, boolean serial) {
    abandon(current[cpu.index()]);
    Shootdown shootdown =
        new Shootdown(++lastId, cpu.index(), serial, cpu.now(), lastSerial.clone());
    current[cpu.index()] = shootdown;
    return shootdown;
  }

  void begun(Vcpu cpu, Shootdown shootdown) {
    tally.initiated++;
    if (shootdown.op != null) {
      tally.byOperation[shootdown.op.code()]++;
    }
    journal.event(
        TraceKind.SHOOTDOWN_BEGIN,
        cpu,
        shootdown.id,
        shootdown.code(),
        shootdown.addr1,
        shootdown.addr2,
        shootdown.generation & 0xFFFFFFFFL);
    observer.begun(shootdown);
  }

  /**
   * An initiator that starts anew without having looked at every answer: complete if all were
   * given.
   */
  private void abandon(Shootdown shootdown) {
    if (shootdown != null && !shootdown.done) {
      if (shootdown.isAnswered()) {
        shootdown.done = true;
        tally.completed++;
      } else {
        tally.lost++;
      }
    }
  }

  /** Takes over what both kinds of record have; each argument is the field's physical address. */
  void read(Shootdown shootdown, long op, long addr1, long addr2, long pmap) {
    shootdown.op = InvlOp.of(memory.read(op, 4));
    shootdown.addr1 = memory.read(addr1, 8);
    shootdown.addr2 = memory.read(addr2, 8);
    shootdown.pmap = memory.read(pmap, 8);
    long pa = machine.vcpu(shootdown.initiator).translate(shootdown.pmap);
    if (pa != -1) {
      shootdown.root = root(memory.read(pa + layout.pmCr3(), 8));
      shootdown.userRoot = root(memory.read(pa + layout.pmUcr3(), 8));
    }
  }

  private static long root(long cr3) {
    return cr3 == -1 ? -1 : cr3 & 0x000F_FFFF_FFFF_F000L;
  }

  /** The record changes although targets have been told to read it. */
  void torn(Vcpu cpu, Shootdown shootdown) {
    if (!shootdown.torn) {
      shootdown.torn = true;
      journal.violation(
          ViolationKind.TORN_REQUEST,
          cpu,
          "the record of "
              + shootdown.describe()
              + " changes while targets "
              + shootdown.waiting()
              + " have been told to read it; the record must be complete before "
              + (shootdown.serial ? "the counter" : "the first slot")
              + " is zeroed");
    }
  }

  /** The initiator looks for answers. */
  void looked(Vcpu cpu, Shootdown shootdown, String whose) {
    if ((cpu.rflags() & 0x200) == 0 && !shootdown.interruptsReported) {
      shootdown.interruptsReported = true;
      journal.violation(
          ViolationKind.INITIATOR_INTERRUPTS_DISABLED,
          cpu,
          "CPU "
              + cpu.index()
              + " waits for "
              + whose
              + " with interrupts disabled (RFLAGS.IF=0) in "
              + shootdown.describe()
              + ": two such initiators never answer each other");
    }
  }

  /** The initiator has seen every answer. */
  void complete(Vcpu cpu, Shootdown shootdown) {
    shootdown.done = true;
    tally.completed++;
    if (shootdown.targets.isEmpty()) {
      tally.withoutTargets++;
    }
    journal.event(
        TraceKind.SHOOTDOWN_DONE,
        cpu,
        shootdown.id,
        shootdown.code(),
        shootdown.targets.cardinality(),
        shootdown.dropped,
        0);
    observer.completed(cpu, shootdown);
  }

  void neverServed(Vcpu cpu, Shootdown shootdown, String how) {
    if (shootdown.unserved.get(cpu.index())) {
      return;
    }
    shootdown.unserved.set(cpu.index());
    journal.event(TraceKind.SHOOTDOWN_LOST, cpu, shootdown.id, cpu.index(), 0, 0, 0);
    journal.violation(
        ViolationKind.REQUEST_NEVER_SERVED,
        cpu,
        "CPU "
            + cpu.index()
            + " "
            + how
            + " has not served "
            + shootdown.describe()
            + ", posted at "
            + shootdown.begun);
  }

  /** After the run: what was never answered. */
  void finish() {
    for (Shootdown shootdown : current) {
      if (shootdown == null || shootdown.done) {
        continue;
      }
      BitSet waiting = shootdown.waiting();
      long age = machine.now() - shootdown.begun;
      // A target that was found not to serve it will not do so later: time does not help.
      if (waiting.isEmpty() || age < PATIENCE_TICKS && !waiting.intersects(shootdown.unserved)) {
        tally.inFlight++;
        continue;
      }
      tally.lost++;
      for (int target = waiting.nextSetBit(0);
          target >= 0;
          target = waiting.nextSetBit(target + 1)) {
        neverServed(machine.vcpu(target), shootdown, "until the end of the run");
      }
    }
  }

  void known(Shootdowns all) {
    for (Shootdown shootdown : current) {
      all.add(shootdown);
    }
  }

  void save(StateWriter to) {
    to.tag("ledger");
    for (Shootdown shootdown : current) {
      Shootdowns.put(to, shootdown);
    }
    to.putLongs(lastSerial);
    to.putLong(lastId);
  }

  void load(StateReader from, Shootdowns known) {
    from.tag("ledger");
    for (int cpu = 0; cpu < current.length; cpu++) {
      current[cpu] = known.get(from);
    }
    from.getLongs(lastSerial);
    lastId = from.getLong();
  }
}
