package io.tlbscope.apic;

/** What a local APIC tells its surroundings: its vCPU, the other APICs, the observers. */
interface ApicOutput {
  /** The vCPU should ask again whether an interrupt is deliverable. */
  void signal();

  void nmi();

  void init();

  void startup(int vector);

  /** An IRR bit was set; from is the sending local APIC, null for timers and devices. */
  void accepted(int vector, boolean merged, LocalApic from);

  /** An ICR or SELF IPI write that is to be routed. */
  void send(InterruptCommand command);

  /** A level-triggered interrupt ended and its EOI is broadcast to the I/O APICs. */
  void endOfLevel(int vector);

  /** The page of the registers moved, appeared or vanished. */
  void pageChanged();

  /** What RDTSC adds to the clock. */
  long tscOffset();

  /** Something was asked for that is not modelled and has no effect; counted under this name. */
  void ignored(String what);
}
