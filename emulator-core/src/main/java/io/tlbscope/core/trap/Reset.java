package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.vcpu.Processor;

/** The states after power-on, INIT and SIPI (Intel SDM vol. 3A, table 9-1 and 8.4). */
public final class Reset {
  private Reset() {}

  /** Power-on: the BSP (index 0) at F000:FFF0, the others waiting for a SIPI. */
  public static void powerOn(Processor cpu) {
    throw new EmulatorError("trap-reset", "not written yet");
  }

  /** INIT: as power-on, but MSRs, TSC, XMM, x87 and CR0.CD/NW are kept. */
  public static void init(Processor cpu) {
    throw new EmulatorError("trap-reset", "not written yet");
  }

  /** SIPI: CS = vector &lt;&lt; 8, IP = 0. The caller checked that the vCPU waits for one. */
  public static void startup(Processor cpu, int vector) {
    throw new EmulatorError("trap-reset", "not written yet");
  }
}
