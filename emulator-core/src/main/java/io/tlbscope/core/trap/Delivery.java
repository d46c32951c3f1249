package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.hook.TrapKind;
import io.tlbscope.core.vcpu.Activity;
import io.tlbscope.core.vcpu.FaultRecord;
import io.tlbscope.core.vcpu.Processor;

/** Brings exceptions and interrupts to their handlers (Intel SDM vol. 3A, chapter 6). */
public final class Delivery {
  /** DR7.GD, cleared on entry to a #DB handler (Intel SDM vol. 3B, 17.2.4). */
  private static final long DR7_GD = 1 << 13;

  /** Contributory exceptions (Intel SDM vol. 3A, table 6-4). */
  private static final int CONTRIBUTORY =
      1 << GuestFault.DE
          | 1 << GuestFault.TS
          | 1 << GuestFault.NP
          | 1 << GuestFault.SS
          | 1 << GuestFault.GP;

  private Delivery() {}

  /**
   * Delivers the exception in {@code cpu.fault} at {@code s.rip}, the faulting instruction;
   * afterwards {@code s.rip} is the handler's. Never throws GuestFault: a fault of the delivery
   * itself becomes the next exception, a double fault or {@link Activity#SHUTDOWN} with {@code
   * cpu.faultChain} filled in.
   */
  public static void deliver(Processor cpu) {
    GuestFault f = cpu.fault;
    cpu.faultChain.clear();
    // The instruction did not complete: it meets its data breakpoints again when it is restarted.
    cpu.s.breakpoints.hits = 0;
    settle(
        cpu, new Cause(f.vector(), TrapKind.EXCEPTION, f.hasErrorCode(), f.errorCode(), 1, false));
  }

  /**
   * Delivers an NMI or external interrupt between instructions; {@code s.rip} is the next
   * instruction. Never throws GuestFault.
   */
  public static void interrupt(Processor cpu, int vector, TrapKind kind) {
    cpu.faultChain.clear();
    settle(cpu, new Cause(vector, kind, false, 0, 1, false));
  }

  /**
   * INT n, INT3, INTO (gate's DPL checked) and INT1: {@code s.rip} is the return address. Throws
   * GuestFault with nothing changed.
   *
   * @param privileged true for INT1, which is delivered as if by hardware
   */
  public static void software(Processor cpu, int vector, boolean privileged) {
    cpu.faultChain.clear();
    enter(cpu, new Cause(vector, TrapKind.SOFTWARE, false, 0, privileged ? 1 : 0, !privileged));
  }

  private static void settle(Processor cpu, Cause first) {
    Cause cause = first;
    while (true) {
      if (cause.kind() == TrapKind.EXCEPTION) {
        cpu.faultChain.add(
            new FaultRecord(cause.vector(), cause.errorCode(), cpu.s.rip, cpu.s.cr2));
      }
      try {
        enter(cpu, cause);
        return;
      } catch (GuestFault next) {
        if (cause.vector() == GuestFault.DF && cause.kind() == TrapKind.EXCEPTION) {
          cpu.faultChain.add(
              new FaultRecord(next.vector(), next.errorCode(), cpu.s.rip, cpu.s.cr2));
          shutDown(cpu);
          return;
        }
        cause =
            becomesDouble(cause, next.vector())
                ? doubleFault(cpu, next)
                : new Cause(
                    next.vector(),
                    TrapKind.EXCEPTION,
                    next.hasErrorCode(),
                    next.errorCode(),
                    1,
                    false);
      }
    }
  }

  /** The second event's own record precedes that of the double fault that it makes. */
  private static Cause doubleFault(Processor cpu, GuestFault second) {
    cpu.faultChain.add(new FaultRecord(second.vector(), second.errorCode(), cpu.s.rip, cpu.s.cr2));
    return new Cause(GuestFault.DF, TrapKind.EXCEPTION, true, 0, 1, false);
  }

  /** Intel SDM vol. 3A, table 6-5. */
  private static boolean becomesDouble(Cause first, int second) {
    if (first.kind() != TrapKind.EXCEPTION) {
      return false;
    }
    boolean contributory = second < 32 && (CONTRIBUTORY >>> second & 1) != 0;
    if (first.vector() == GuestFault.PF) {
      return contributory || second == GuestFault.PF;
    }
    return contributory && (CONTRIBUTORY >>> first.vector() & 1) != 0;
  }

  private static void shutDown(Processor cpu) {
    cpu.activity = Activity.SHUTDOWN;
    cpu.leaveBlock = true;
    cpu.yield = true;
  }

  private static void enter(Processor cpu, Cause cause) {
    cpu.drain();
    CpuState s = cpu.s;
    long returnRip = s.rip;
    int fromCpl = s.cpl;
    if (!s.protectedMode()) {
      RealModeEntry.enter(cpu, cause);
    } else if (s.longModeActive()) {
      LongModeEntry.enter(cpu, cause);
    } else {
      ProtectedModeEntry.enter(cpu, cause);
    }
    if (cause.vector() == GuestFault.DB && cause.kind() == TrapKind.EXCEPTION) {
      s.dr[7] &= ~DR7_GD;
    }
    s.interruptShadow = s.debugShadow = false;
    cpu.delivered++;
    InterruptHooks.taken(cpu, cause.vector(), cause.kind(), cause.errorCode(), returnRip, fromCpl);
  }

  /** The flags as the handler finds them. */
  static void maskFlags(CpuState s, boolean interruptGate) {
    int clear =
        CpuState.TF | CpuState.NT | CpuState.VM | CpuState.RF | (interruptGate ? CpuState.IF : 0);
    s.flags.system(s.flags.system() & ~clear);
  }
}
