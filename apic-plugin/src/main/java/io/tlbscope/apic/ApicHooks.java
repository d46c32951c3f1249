package io.tlbscope.apic;

import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.InterruptHooks;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.Vcpu;

/**
 * What the woven seams call. APICs, bus and I/O APIC are state machines without threads of their
 * own: each seam that moves them takes the machine's lock, which timers and devices hold too. Only
 * {@link #claims} and {@link #cpuid} go without: they ask a vCPU's own APIC for what that vCPU
 * alone changes.
 *
 * <p>The machine comes from the vCPU that is passed: several machines may live in one JVM, with the
 * APIC or without.
 */
public final class ApicHooks {
  static final int IA32_APIC_BASE = 0x1B, IA32_TSC_DEADLINE = 0x6E0;

  /** First and last MSR of the x2APIC range. */
  static final int X2APIC_FIRST = 0x800, X2APIC_LAST = 0x8FF;

  private ApicHooks() {}

  private static ApicMachine machine(Vcpu cpu) {
    return cpu.machine().plugin(ApicMachine.class);
  }

  private static boolean x2apicMsr(int msr) {
    return msr >= X2APIC_FIRST && msr <= X2APIC_LAST;
  }

  private static Claim claim(boolean done) {
    return done ? Claim.DONE : Claim.FAULT;
  }

  /** Seam msr.read; {@code claim} is what the seam would give without this plugin. */
  public static Claim readMsr(Claim claim, Vcpu cpu, int msr, long[] value) {
    if (msr != IA32_APIC_BASE && msr != IA32_TSC_DEADLINE && !x2apicMsr(msr)) {
      return claim;
    }
    ApicMachine machine = machine(cpu);
    if (machine == null) {
      return claim;
    }
    cpu.machine().lock();
    try {
      LocalApic apic = machine.apic(cpu.index());
      if (x2apicMsr(msr)) {
        return claim(apic.readMsr(msr - X2APIC_FIRST, value));
      }
      value[0] = msr == IA32_APIC_BASE ? apic.base() : apic.deadline();
      return Claim.DONE;
    } finally {
      cpu.machine().unlock();
    }
  }

  /** Seam msr.write. */
  public static Claim writeMsr(Claim claim, Vcpu cpu, int msr, long value) {
    if (msr != IA32_APIC_BASE && msr != IA32_TSC_DEADLINE && !x2apicMsr(msr)) {
      return claim;
    }
    ApicMachine machine = machine(cpu);
    if (machine == null) {
      return claim;
    }
    cpu.machine().lock();
    try {
      LocalApic apic = machine.apic(cpu.index());
      if (x2apicMsr(msr)) {
        return claim(apic.writeMsr(msr - X2APIC_FIRST, value));
      }
      if (msr == IA32_APIC_BASE) {
        return claim(apic.base(value));
      }
      apic.deadline(value);
      return Claim.DONE;
    } finally {
      cpu.machine().unlock();
    }
  }

  /** Seam cr8.read: TPR bits 7..4 (11.8.6). */
  public static Claim readCr8(Claim claim, Vcpu cpu, long[] value) {
    ApicMachine machine = machine(cpu);
    if (machine == null) {
      return claim;
    }
    cpu.machine().lock();
    try {
      value[0] = machine.apic(cpu.index()).taskPriority() >> 4;
      return Claim.DONE;
    } finally {
      cpu.machine().unlock();
    }
  }

  /** Seam cr8.write. */
  public static Claim writeCr8(Claim claim, Vcpu cpu, long value) {
    ApicMachine machine = machine(cpu);
    if (machine == null) {
      return claim;
    }
    cpu.machine().lock();
    try {
      machine.apic(cpu.index()).taskPriority((int) (value & 0xF) << 4);
      return Claim.DONE;
    } finally {
      cpu.machine().unlock();
    }
  }

  /** Seam cpuid.leaf. */
  public static void cpuid(Vcpu cpu, int leaf, int subleaf, int[] regs) {
    ApicMachine machine = machine(cpu);
    if (machine != null) {
      machine.cpuid().leaf(machine.apic(cpu.index()), leaf, subleaf, regs);
    }
  }

  /** Seam mmio.claims. */
  public static boolean claims(boolean claimed, Vcpu cpu, long paPage) {
    if (claimed) {
      return true;
    }
    ApicMachine machine = machine(cpu);
    return machine != null && machine.claims(cpu.index(), paPage);
  }

  /** Seam mmio.read. */
  public static Claim readMmio(Claim claim, Vcpu cpu, long pa, int size, long[] value) {
    ApicMachine machine = machine(cpu);
    if (claim != Claim.NONE || machine == null || !machine.claims(cpu.index(), pa & ~0xFFFL)) {
      return claim;
    }
    value[0] = machine.read(cpu.index(), pa, size);
    return Claim.DONE;
  }

  /** Seam mmio.write. */
  public static Claim writeMmio(Claim claim, Vcpu cpu, long pa, int size, long value) {
    ApicMachine machine = machine(cpu);
    if (claim != Claim.NONE || machine == null || !machine.claims(cpu.index(), pa & ~0xFFFL)) {
      return claim;
    }
    machine.write(cpu.index(), pa, size, value);
    return Claim.DONE;
  }

  /** Seam interrupt.pending. */
  public static boolean pending(boolean pending, Vcpu cpu) {
    ApicMachine machine = machine(cpu);
    if (pending || machine == null) {
      return pending;
    }
    cpu.machine().lock();
    try {
      LocalApic apic = machine.apic(cpu.index());
      return apic.passesExtInt() && cpu.machine().picOutput() || apic.deliverable() >= 0;
    } finally {
      cpu.machine().unlock();
    }
  }

  /** Seam interrupt.poll: the PIC first, as its request has no priority among the vectors. */
  public static int poll(int vector, Vcpu cpu) {
    ApicMachine machine = machine(cpu);
    if (vector != InterruptHooks.NONE || machine == null) {
      return vector;
    }
    cpu.machine().lock();
    try {
      LocalApic apic = machine.apic(cpu.index());
      if (apic.passesExtInt() && cpu.machine().picOutput()) {
        return cpu.machine().picAcknowledge();
      }
      return apic.deliverable() >= 0 ? apic.acknowledge() : InterruptHooks.NONE;
    } finally {
      cpu.machine().unlock();
    }
  }

  /** Seam interrupt.eoi. */
  public static boolean endOfInterrupt(boolean done, Vcpu cpu) {
    ApicMachine machine = machine(cpu);
    if (done || machine == null) {
      return done;
    }
    cpu.machine().lock();
    try {
      machine.apic(cpu.index()).endOfInterrupt();
      return true;
    } finally {
      cpu.machine().unlock();
    }
  }

  /** Seam interrupt.line. */
  public static void line(MachineControl control, int irq, boolean level) {
    ApicMachine machine = control.plugin(ApicMachine.class);
    if (machine != null) {
      machine.line(irq, level);
    }
  }

  /** Seam vcpu.reset. */
  public static void reset(Vcpu cpu) {
    ApicMachine machine = machine(cpu);
    if (machine != null) {
      cpu.machine().lock();
      try {
        machine.reset(cpu.index());
      } finally {
        cpu.machine().unlock();
      }
    }
  }

  /** Seam vcpu.init. */
  public static void init(Vcpu cpu) {
    ApicMachine machine = machine(cpu);
    if (machine != null) {
      cpu.machine().lock();
      try {
        machine.apic(cpu.index()).init();
      } finally {
        cpu.machine().unlock();
      }
    }
  }
}
