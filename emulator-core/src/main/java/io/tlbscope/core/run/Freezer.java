package io.tlbscope.core.run;

import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import io.tlbscope.core.vcpu.Processor;

/**
 * Makes a machine's snapshots and brings it back to them: the one order in which all of it goes.
 */
final class Freezer {
  private final MachineBuilder wanted;
  private final Parts parts;
  private final Violations violations;

  /** Made when it is asked for first: it reads the guest's image once more. */
  private Setup setup;

  /** Plugins and violations as they were before the sections of an ended run were asked for. */
  private byte[] beforeTheEnd;

  Freezer(MachineBuilder wanted, Parts parts, Violations violations) {
    this.wanted = wanted;
    this.parts = parts;
    this.violations = violations;
  }

  /** Says why the machine can have no snapshots, if it cannot. */
  private void possible() throws MachineException {
    if (wanted.parallel()) {
      throw new MachineException(
          "--schedule parallel has no snapshots: its CPUs follow the host's clock; leave --schedule"
              + " out or give deterministic");
    }
    if (wanted.gdb != null) {
      throw new MachineException(
          "a machine with --gdb has no snapshots: gdb would not know of the other time; leave --gdb"
              + " out");
    }
    if (wanted.consoleIn != null) {
      throw new MachineException(
          "a machine whose console takes input has no snapshots: what is typed cannot be taken back;"
              + " give no input");
    }
    parts.plugins().checkStateful();
  }

  private Setup setup() throws MachineException {
    if (setup == null) {
      setup = Setup.of(wanted, parts.plugins().selection());
    }
    return setup;
  }

  /**
   * The sections of an ended run are about to be asked for, and plugins settle their accounts then:
   * what goes on from here goes on without that.
   */
  void ending() {
    beforeTheEnd = null;
    if (!wanted.parallel() && parts.plugins().stateful()) {
      StateWriter to = new StateWriter();
      saveAccounts(to);
      beforeTheEnd = to.toByteArray();
    }
  }

  private void saveAccounts(StateWriter to) {
    to.put(violations);
    to.put(parts.plugins());
  }

  /**
   * @param own the machine's own state
   * @param seed that the schedule is drawn from
   */
  Snapshot snapshot(Stateful own, long seed) throws MachineException {
    possible();
    StateWriter to = new StateWriter();
    to.put(own);
    to.put(parts.console());
    to.put(parts.scheduler());
    to.put(parts.platform());
    to.put(parts.memory());
    for (Processor cpu : parts.processors()) {
      to.put(cpu);
    }
    if (beforeTheEnd != null) {
      to.putBytes(beforeTheEnd);
    } else {
      StateWriter accounts = new StateWriter();
      saveAccounts(accounts);
      to.putBytes(accounts.toByteArray());
    }
    return new Snapshot(
        setup(), to.toByteArray(), parts.memory().image(), parts.scheduler().instructions(), seed);
  }

  /** Nothing happens if the snapshot is one of a machine like this. */
  void check(Snapshot snapshot) throws MachineException {
    possible();
    if (snapshot.setup() != setup) {
      setup().check(snapshot.setup());
    }
  }

  /** After {@link #check}. */
  void restore(Snapshot snapshot, Stateful own) throws MachineException {
    try {
      parts.memory().restore(snapshot.memory());
      StateReader from = new StateReader(snapshot.state());
      from.get(own);
      from.get(parts.console());
      from.get(parts.scheduler());
      from.get(parts.platform());
      from.get(parts.memory());
      for (Processor cpu : parts.processors()) {
        from.get(cpu);
      }
      StateReader accounts = new StateReader(from.getBytes());
      accounts.get(violations);
      accounts.get(parts.plugins());
      accounts.end();
      from.end();
    } catch (StateException | IndexOutOfBoundsException e) {
      throw new MachineException(
          "the snapshot does not fit this tlbscope ("
              + e.getMessage()
              + "); take it again with the tlbscope that is to restore it",
          e);
    }
    parts.engines().rewound();
    beforeTheEnd = null;
  }
}
