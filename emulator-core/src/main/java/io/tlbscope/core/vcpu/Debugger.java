package io.tlbscope.core.vcpu;

/** Who may hold a vCPU before an instruction. */
@FunctionalInterface
public interface Debugger {
  /**
   * Called before each instruction, on the vCPU's thread, with all registers up to date and events
   * taken; may change registers and memory, and may take its time.
   */
  void before(Processor cpu);
}
