package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.hook.MsrHooks;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.hook.VcpuHooks;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.Processor;

/**
 * What a vCPU does between instructions: INIT, SIPI, NMI, maskable interrupts, single step (Intel
 * SDM vol. 3A, 6.9).
 *
 * <p>An engine calls {@link #service} at a block's start when {@code cpu.pending() != 0} or the
 * vCPU is not RUNNING. While {@code s.interruptShadow} is set nothing but INIT is taken: the engine
 * then clears it and runs exactly one instruction.
 */
public final class Events {
  /** DR6.BS: single step. */
  private static final long DR6_BS = 1 << 14;

  /** DR6.B3 to B0: they tell of the last debug exception alone, the others stay. */
  private static final long DR6_CONDITIONS = 15;

  private static final int IA32_APIC_BASE = 0x1B;

  private Events() {}

  /**
   * Takes the most urgent pending event, if one can be taken now.
   *
   * @return true if the vCPU can execute its next instruction, false while it sleeps, waits for a
   *     SIPI or is shut down
   */
  public static boolean service(Processor cpu) {
    int pending = cpu.pending();
    if ((pending & Processor.ATTENTION) != 0) {
      cpu.clearPending(Processor.ATTENTION);
      cpu.onAttention.run();
    }
    if ((pending & Processor.INIT) != 0) {
      cpu.clearPending(Processor.INIT);
      Reset.init(cpu);
    }
    if ((pending & Processor.STARTUP) != 0) {
      int vector = cpu.startupVector();
      cpu.clearPending(Processor.STARTUP);
      if (cpu.activity == Activity.WAIT_FOR_SIPI) {
        Reset.startup(cpu, vector);
      }
    }
    if (cpu.activity == Activity.WAIT_FOR_SIPI || cpu.activity == Activity.SHUTDOWN) {
      return false;
    }
    if (cpu.s.breakpoints.hits != 0 && !cpu.s.debugShadow) {
      debug(cpu, 0);
      return true;
    }
    if ((pending & Processor.NMI) != 0 && !cpu.nmiBlocked && !cpu.s.interruptShadow) {
      cpu.clearPending(Processor.NMI);
      wake(cpu);
      cpu.nmiBlocked = true;
      Delivery.interrupt(cpu, GuestFault.NMI, TrapKind.NMI);
    } else if ((pending & Processor.SIGNAL) != 0) {
      maskable(cpu);
    }
    if (cpu.activity == Activity.MWAIT && Monitor.triggered(cpu)) {
      wake(cpu);
    }
    return cpu.activity == Activity.RUNNING;
  }

  /**
   * Serves the interrupt controller. With IF = 0 this is one test: SIGNAL stays set until the
   * window opens.
   */
  private static void maskable(Processor cpu) {
    CpuState s = cpu.s;
    boolean open = (s.flags.system() & CpuState.IF) != 0 && !s.interruptShadow;
    if (!open) {
      if (cpu.activity == Activity.MWAIT && cpu.mwaitBreaksMasked && InterruptHooks.pending(cpu)) {
        wake(cpu);
      }
      return;
    }
    while (true) {
      cpu.clearPending(Processor.SIGNAL);
      int vector = accept(cpu);
      if (vector == InterruptHooks.NONE) {
        return;
      }
      // Another may wait behind it: the bit stays set until the controller has nothing left.
      cpu.signal();
      if (!InterruptHooks.serve(cpu, vector)) {
        wake(cpu);
        Delivery.interrupt(cpu, vector, TrapKind.EXTERNAL);
        return;
      }
    }
  }

  private static int accept(Processor cpu) {
    if (InterruptHooks.pending(cpu)) {
      return InterruptHooks.poll(cpu);
    }
    // Without a local APIC the 8259 pair drives the bootstrap processor's INTR pin.
    if (cpu.index() == 0
        && cpu.machine().picOutput()
        && MsrHooks.read(cpu, IA32_APIC_BASE, new long[1]) == Claim.NONE) {
      return cpu.machine().picAcknowledge() & 0xFF;
    }
    return InterruptHooks.NONE;
  }

  private static void wake(Processor cpu) {
    if (cpu.activity != Activity.RUNNING) {
      cpu.activity = Activity.RUNNING;
      VcpuHooks.wake(cpu);
    }
  }

  /**
   * Call after each instruction that completed and that began with RFLAGS.TF set: raises the
   * single-step #DB unless the instruction was itself a delivery or was MOV SS or POP SS.
   *
   * @param deliveredBefore {@code cpu.delivered} before the instruction
   */
  public static void singleStep(Processor cpu, long deliveredBefore) {
    if (cpu.delivered != deliveredBefore || cpu.s.debugShadow) {
      return;
    }
    debug(cpu, DR6_BS);
  }

  /**
   * Call before each instruction while a breakpoint on execution is armed: raises the fault that
   * one at {@code va}, the instruction's linear address, causes unless RF is set (Intel SDM vol.
   * 3B, 17.3.1.1).
   */
  public static void instructionBreakpoint(Processor cpu, long va) {
    CpuState s = cpu.s;
    int met = s.breakpoints.execution(va);
    if (met != 0 && (s.flags.system() & CpuState.RF) == 0 && !s.debugShadow) {
      s.dr[6] = s.dr[6] & ~DR6_CONDITIONS | met;
      throw cpu.fault.with(GuestFault.DB);
    }
  }

  /** #DB as a trap, with the data breakpoints that the last instruction met. */
  private static void debug(Processor cpu, long why) {
    wake(cpu);
    cpu.s.dr[6] = cpu.s.dr[6] & ~DR6_CONDITIONS | why | cpu.s.breakpoints.hits;
    cpu.fault.with(GuestFault.DB);
    Delivery.deliver(cpu);
  }
}
