package io.tlbscope.core.hook;

/** Seams between a vCPU, the interrupt controllers and the IDT. */
public final class InterruptHooks {
  private InterruptHooks() {}

  /** What {@link #poll} and {@link #pending} give when nothing can be delivered. */
  public static final int NONE = -1;

  @HookPoint(
      id = "interrupt.pending",
      when =
          "a signalled vCPU is at an instruction boundary, and when it is halted: would poll give a vector?",
      frequency = "at block boundaries while signalled",
      exact = "all registers",
      mayChange = "true if a maskable interrupt can be delivered")
  public static boolean pending(Vcpu cpu) {
    return false;
  }

  @HookPoint(
      id = "interrupt.poll",
      when = "the interrupt window is open (IF=1, no shadow) and interrupt.pending said true",
      frequency = "each maskable interrupt taken",
      exact = "all registers",
      mayChange =
          "the vector 0..255 that the controller hands over (it moves from IRR to ISR), or NONE")
  public static int poll(Vcpu cpu) {
    return NONE;
  }

  @HookPoint(
      id = "interrupt.serve",
      when = "a maskable interrupt was accepted, before it goes through the IDT",
      frequency = "each maskable interrupt taken",
      exact = "all registers",
      mayChange = "true if a plugin served it: the vCPU then goes on as if no interrupt had come")
  public static boolean serve(Vcpu cpu, int vector) {
    return false;
  }

  @HookPoint(
      id = "interrupt.eoi",
      when = "a plugin that served an interrupt asks the controller to end it",
      frequency = "each served interrupt",
      exact = "all registers",
      mayChange = "true once a controller did it")
  public static boolean endOfInterrupt(Vcpu cpu) {
    return false;
  }

  @HookPoint(
      id = "interrupt.line",
      when = "a device changed the level of a platform interrupt line (ISA IRQ 0..15)",
      thread = "the thread that runs the device",
      frequency = "each change",
      exact = "nothing")
  public static void line(MachineControl machine, int irq, boolean level) {}

  @HookPoint(
      id = "interrupt.taken",
      when = "an exception or interrupt was delivered: the handler's first instruction is next",
      frequency = "each delivery",
      exact = "all registers, RIP is the handler's; returnRip is where it came from")
  public static void taken(
      Vcpu cpu, int vector, TrapKind kind, int errorCode, long returnRip, int fromCpl) {}

  @HookPoint(
      id = "interrupt.return",
      when = "IRET, SYSRET or SYSEXIT completed",
      frequency = "each",
      exact = "all registers, RIP is the target's; cpl() is the new level")
  public static void returned(Vcpu cpu, long fromRip, int fromCpl) {}

  @HookPoint(
      id = "ipi.send",
      when = "an interrupt controller plugin accepted an ICR write and routed it",
      frequency = "each IPI",
      exact =
          "registers before the instruction that wrote the ICR; targets is a bit set of vCPU indices")
  public static void ipiSent(
      Vcpu from, int vector, int deliveryMode, long icr, java.util.BitSet targets) {}

  @HookPoint(
      id = "ipi.accept",
      when = "a local APIC set the vector's IRR bit",
      thread = "the sender's",
      frequency = "each interrupt accepted by a local APIC",
      exact =
          "the sender's registers; merged is true when the IRR bit was set already; from is null for devices and timers")
  public static void irrSet(Vcpu target, int vector, boolean merged, Vcpu from) {}
}
