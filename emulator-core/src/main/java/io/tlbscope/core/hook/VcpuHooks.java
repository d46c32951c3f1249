package io.tlbscope.core.hook;

/** Seams of a vCPU's life. */
public final class VcpuHooks {
  private VcpuHooks() {}

  @HookPoint(
      id = "vcpu.reset",
      when = "power-on reset of the vCPU",
      frequency = "once a vCPU and machine reset",
      exact = "the reset state")
  public static void reset(Vcpu cpu) {}

  @HookPoint(
      id = "vcpu.init",
      when = "INIT was taken",
      frequency = "each INIT",
      exact = "the INIT state; it waits for SIPI unless it is the BSP's own")
  public static void init(Vcpu cpu) {}

  @HookPoint(
      id = "vcpu.startup",
      when = "a SIPI was taken",
      frequency = "each SIPI that starts a vCPU",
      exact = "the start-up state: CS:IP = vector<<12")
  public static void startup(Vcpu cpu, int vector) {}

  @HookPoint(
      id = "vcpu.halt",
      when = "HLT or MWAIT put the vCPU to sleep",
      frequency = "each",
      exact = "all registers, RIP is the next instruction's")
  public static void halt(Vcpu cpu) {}

  @HookPoint(
      id = "vcpu.wake",
      when = "a sleeping vCPU wakes up",
      frequency = "each",
      exact = "all registers")
  public static void wake(Vcpu cpu) {}

  @HookPoint(
      id = "vcpu.run",
      when = "the scheduler gives the vCPU a slice",
      frequency = "each slice",
      exact = "all registers")
  public static void run(Vcpu cpu) {}
}
