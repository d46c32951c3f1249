package io.tlbscope.pmap;

/**
 * The guest's steps of a serial shootdown on a {@link FakeMachine}; IPI and handler are those of
 * {@link Protocol}.
 */
final class SerialProtocol {
  private static final long REQUEST = FakeMachine.SERIAL_REQUEST;
  private static final long COUNTER = FakeMachine.SERIAL_WAIT;

  final Protocol ipi;
  private final FakeMachine machine;

  SerialProtocol(FakeMachine machine) {
    this.machine = machine;
    ipi = new Protocol(machine);
  }

  void fill(int initiator, int op, long va1, long va2) {
    FakeMachine.Cpu cpu = machine.cpus.get(initiator);
    machine.store(cpu, REQUEST, 8, va1);
    machine.store(cpu, REQUEST + 8, 8, va2);
    machine.store(cpu, REQUEST + 16, 8, FakeMachine.USER_PMAP);
    machine.store(cpu, REQUEST + 24, 4, op);
    machine.store(cpu, REQUEST + 28, 4, initiator);
  }

  void zero(int initiator) {
    machine.store(machine.cpus.get(initiator), COUNTER, 4, 0);
  }

  void read(int target) {
    machine.load(machine.cpus.get(target), REQUEST + 24, 4);
  }

  void count(int target) {
    machine.store(machine.cpus.get(target), COUNTER, 4, machine.read(COUNTER, 4) + 1);
  }

  void look(int initiator) {
    machine.load(machine.cpus.get(initiator), COUNTER, 4);
  }

  void serve(int target) {
    ipi.take(target);
    read(target);
    count(target);
    ipi.leave(target);
  }

  /** One correct shootdown of one page from CPU 0 to CPU 1. */
  void whole() {
    fill(0, Protocol.PG, 0x40000000L, 0);
    zero(0);
    ipi.send(0, 1, false);
    ipi.take(1);
    read(1);
    count(1);
    look(0);
    ipi.leave(1);
  }
}
