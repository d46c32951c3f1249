package io.tlbscope.pmap;

import io.tlbscope.core.hook.TrapKind;
import java.util.BitSet;

/**
 * The guest's steps of a shootdown on a {@link FakeMachine}, each callable alone so that a test can
 * drop or swap one.
 */
final class Protocol {
  static final int PG = 8;
  static final long HANDLER = 0x5000;

  private final FakeMachine machine;

  Protocol(FakeMachine machine) {
    this.machine = machine;
    for (int target = 0; target < machine.vcpuCount(); target++) {
      for (int initiator = 0; initiator < machine.vcpuCount(); initiator++) {
        machine.store(machine.cpus.getFirst(), slot(target, initiator), 4, 1);
      }
      machine.write(record(target, 0x58), 4, 1);
    }
  }

  static long slot(int target, int initiator) {
    return 0x1000 + 4L * (4L * target + initiator);
  }

  static long record(int cpu, int offset) {
    return 0x2000 + 0x100L * cpu + offset;
  }

  void fill(int initiator, int op, long va1, long va2, int generation) {
    FakeMachine.Cpu cpu = machine.cpus.get(initiator);
    machine.store(cpu, record(initiator, 0x40), 8, va1);
    machine.store(cpu, record(initiator, 0x48), 8, va2);
    machine.store(cpu, record(initiator, 0x50), 8, FakeMachine.USER_PMAP);
    machine.store(cpu, record(initiator, 0x5C), 4, op);
    machine.store(cpu, record(initiator, 0x58), 4, generation);
  }

  void post(int initiator, int target) {
    machine.store(machine.cpus.get(initiator), slot(target, initiator), 4, 0);
  }

  void send(int initiator, int target, boolean merged) {
    BitSet targets = new BitSet();
    targets.set(target);
    machine.pmap.ipiSent(
        machine.cpus.get(initiator), FakeMachine.VECTOR, 0, FakeMachine.VECTOR, targets);
    machine.pmap.irrSet(
        machine.cpus.get(target), FakeMachine.VECTOR, merged, machine.cpus.get(initiator));
  }

  void take(int target) {
    FakeMachine.Cpu cpu = machine.cpus.get(target);
    long from = cpu.rip;
    cpu.rip = HANDLER;
    machine.pmap.taken(cpu, FakeMachine.VECTOR, TrapKind.EXTERNAL, from, 3);
  }

  int read(int target, int initiator) {
    return (int) machine.load(machine.cpus.get(target), record(initiator, 0x58), 4);
  }

  void acknowledge(int target, int initiator, int generation) {
    machine.store(machine.cpus.get(target), slot(target, initiator), 4, generation);
  }

  void leave(int target) {
    FakeMachine.Cpu cpu = machine.cpus.get(target);
    cpu.rip = 0x100000;
    machine.pmap.returned(cpu, HANDLER, 0);
  }

  void look(int initiator, int target) {
    machine.load(machine.cpus.get(initiator), slot(target, initiator), 4);
  }

  /** One correct shootdown of one page from CPU 0 to CPU 1. */
  void whole(int generation) {
    fill(0, PG, 0x40000000L, 0, generation);
    post(0, 1);
    send(0, 1, false);
    take(1);
    acknowledge(1, 0, read(1, 0));
    look(0, 1);
    leave(1);
  }
}
