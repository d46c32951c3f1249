package io.tlbscope.pmap;

import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.PhysicalAccess;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;

/**
 * Follows serial shootdowns through their phases, from the guest's own loads and stores of the one
 * record and its counter:
 *
 * <pre>
 *   initiator i, holding the mutex                       target t
 *   store request.addr1 ... initiator                    interrupt IPI_INVLOP taken     TAKEN
 *   store 0 to wait                   BEGIN              load request.op                READ
 *   IPI sent: its targets are known   ICR, IRR           increment wait                 ACK
 *   load wait == number of targets    DONE               entries dropped                DROP
 *                                                        return from the handler        LEFT
 * </pre>
 *
 * The counter is zeroed even when no other CPU has to be asked; such a shootdown is followed too
 * and has no targets. A zeroed counter with a record that names no operation or another initiator
 * is the guest's setup and no step.
 */
final class SerialTracker {
  private final SerialLayout layout;
  private final PhysicalAccess memory;
  private final Ledger ledger;
  private final Deliveries deliveries;

  /** The mutex lets one run in the machine; null before the first. */
  private Shootdown last;

  SerialTracker(SerialLayout layout, MachineControl machine, Ledger ledger, Deliveries deliveries) {
    this.layout = layout;
    this.memory = machine.physical();
    this.ledger = ledger;
    this.deliveries = deliveries;
  }

  void load(Vcpu cpu, long pa, int size, long value) {
    if (last == null || last.done) {
      return;
    }
    if (cpu.index() != last.initiator) {
      if (layout.touchesOperation(pa, size)
          && last.waitsFor(cpu.index())
          && !last.read.get(cpu.index())) {
        deliveries.recordRead(cpu, last);
      }
    } else if (layout.isCounter(pa, size)) {
      if (!last.targets.isEmpty()) {
        ledger.looked(cpu, last, "CPUs " + last.targets);
      }
      if (layout.counter(pa, value) == last.targets.cardinality()) {
        last.seen.or(last.acknowledged);
        ledger.complete(cpu, last);
      }
    }
  }

  void store(Vcpu cpu, long pa, int size, long before, long after) {
    if (layout.touchesRecord(pa, size)) {
      if (last != null && !last.done && !last.isAnswered()) {
        ledger.torn(cpu, last);
        read(last);
      }
    }
    if (layout.isCounter(pa, size)) {
      counted(cpu, layout.counter(pa, before), layout.counter(pa, after));
    }
  }

  private void counted(Vcpu cpu, int before, int after) {
    if (after == 0) {
      if (memory.read(layout.request() + layout.initiator(), 4) == cpu.index()
          && InvlOp.of(memory.read(layout.request() + layout.op(), 4)) != null) {
        last = ledger.begin(cpu, true);
        read(last);
        ledger.begun(cpu, last);
      }
    } else if (after == before + 1 && last != null && !last.done && last.waitsFor(cpu.index())) {
      deliveries.acknowledged(cpu, last, after);
    }
  }

  private void read(Shootdown shootdown) {
    ledger.read(
        shootdown,
        layout.request() + layout.op(),
        layout.request() + layout.addr1(),
        layout.request() + layout.addr2(),
        layout.request() + layout.pmap());
  }

  void known(Shootdowns all) {
    all.add(last);
  }

  void save(StateWriter to) {
    Shootdowns.put(to, last);
  }

  void load(StateReader from, Shootdowns known) {
    last = known.get(from);
  }
}
