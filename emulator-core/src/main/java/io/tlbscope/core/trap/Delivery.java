package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.EmulatorError;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.vcpu.Processor;

/** Brings exceptions and interrupts to their handlers (Intel SDM vol. 3A, chapter 6). */
public final class Delivery {
  private Delivery() {}

  /**
   * Delivers the exception in {@code cpu.fault} at {@code s.rip}, the faulting instruction; afterwards {@code s.rip} is
   * the handler's. Never throws GuestFault: a fault of the delivery itself becomes the next exception, a double fault or
   * {@link io.tlbscope.core.vcpu.Activity#SHUTDOWN} with {@code cpu.faultChain} filled in.
   */
  public static void deliver(Processor cpu) {
    throw new EmulatorError("trap-delivery", "not written yet");
  }

  /** Delivers an NMI or external interrupt between instructions; {@code s.rip} is the next instruction. Never throws GuestFault. */
  public static void interrupt(Processor cpu, int vector, TrapKind kind) {
    throw new EmulatorError("trap-delivery", "not written yet");
  }

  /**
   * INT n, INT3, INTO (gate's DPL checked) and INT1: {@code s.rip} is the return address. Throws GuestFault with nothing
   * changed.
   */
  public static void software(Processor cpu, int vector, boolean privileged) {
    throw new EmulatorError("trap-delivery", "not written yet");
  }
}
