package io.tlbscope.apic;

import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.hook.Vcpu;

/** Ties one local APIC to its vCPU and its machine. */
final class VcpuOutput implements ApicOutput {
  private final ApicMachine machine;
  private final int index;

  VcpuOutput(ApicMachine machine, int index) {
    this.machine = machine;
    this.index = index;
  }

  private Vcpu cpu() {
    return machine.control().vcpu(index);
  }

  @Override
  public void signal() {
    cpu().signal();
  }

  @Override
  public void nmi() {
    cpu().nmi();
  }

  @Override
  public void init() {
    cpu().init();
  }

  @Override
  public void startup(int vector) {
    cpu().startup(vector);
  }

  @Override
  public void accepted(int vector, boolean merged, LocalApic from) {
    if (merged && from != null) {
      machine.counters().merged++;
    }
    InterruptHooks.irrSet(
        cpu(), vector, merged, from == null ? null : machine.control().vcpu(from.id()));
  }

  @Override
  public void send(InterruptCommand command) {
    machine.bus().send(machine.apic(index), command);
  }

  @Override
  public void endOfLevel(int vector) {
    machine.ioApic().endOfInterrupt(vector);
  }

  @Override
  public void pageChanged() {
    cpu().dropLookAside();
  }

  @Override
  public long tscOffset() {
    return cpu().tscOffset();
  }

  @Override
  public void ignored(String what) {
    machine.counters().ignored.merge(what, 1L, Long::sum);
  }
}
