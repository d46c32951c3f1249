package io.tlbscope.apic;

import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.MachineControl;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.Attach;
import java.util.List;
import net.bytebuddy.asm.Advice;

/**
 * One advice class a seam, one line each: see {@link ApicHooks}. Byte Buddy inlines the lines; they
 * never run from here.
 */
final class ApicAdvice {
  private ApicAdvice() {}

  static List<Class<?>> all() {
    return List.of(
        ReadMsr.class,
        WriteMsr.class,
        ReadCr8.class,
        WriteCr8.class,
        Cpuid.class,
        Claims.class,
        ReadMmio.class,
        WriteMmio.class,
        Pending.class,
        Poll.class,
        Eoi.class,
        Line.class,
        Reset.class,
        Init.class);
  }

  @Attach("msr.read")
  static final class ReadMsr {
    private ReadMsr() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) Claim claim,
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) int msr,
        @Advice.Argument(2) long[] value) {
      claim = ApicHooks.readMsr(claim, cpu, msr, value);
    }
  }

  @Attach("msr.write")
  static final class WriteMsr {
    private WriteMsr() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) Claim claim,
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) int msr,
        @Advice.Argument(2) long value) {
      claim = ApicHooks.writeMsr(claim, cpu, msr, value);
    }
  }

  @Attach("cr8.read")
  static final class ReadCr8 {
    private ReadCr8() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) Claim claim,
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) long[] value) {
      claim = ApicHooks.readCr8(claim, cpu, value);
    }
  }

  @Attach("cr8.write")
  static final class WriteCr8 {
    private WriteCr8() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) Claim claim,
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) long value) {
      claim = ApicHooks.writeCr8(claim, cpu, value);
    }
  }

  @Attach("cpuid.leaf")
  static final class Cpuid {
    private Cpuid() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) int leaf,
        @Advice.Argument(2) int subleaf,
        @Advice.Argument(3) int[] regs) {
      ApicHooks.cpuid(cpu, leaf, subleaf, regs);
    }
  }

  @Attach("mmio.claims")
  static final class Claims {
    private Claims() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) boolean claimed,
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) long paPage) {
      claimed = ApicHooks.claims(claimed, cpu, paPage);
    }
  }

  @Attach("mmio.read")
  static final class ReadMmio {
    private ReadMmio() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) Claim claim,
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) long pa,
        @Advice.Argument(2) int size,
        @Advice.Argument(3) long[] value) {
      claim = ApicHooks.readMmio(claim, cpu, pa, size, value);
    }
  }

  @Attach("mmio.write")
  static final class WriteMmio {
    private WriteMmio() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) Claim claim,
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) long pa,
        @Advice.Argument(2) int size,
        @Advice.Argument(3) long value) {
      claim = ApicHooks.writeMmio(claim, cpu, pa, size, value);
    }
  }

  @Attach("interrupt.pending")
  static final class Pending {
    private Pending() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false) boolean pending, @Advice.Argument(0) Vcpu cpu) {
      pending = ApicHooks.pending(pending, cpu);
    }
  }

  @Attach("interrupt.poll")
  static final class Poll {
    private Poll() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) int vector, @Advice.Argument(0) Vcpu cpu) {
      vector = ApicHooks.poll(vector, cpu);
    }
  }

  @Attach("interrupt.eoi")
  static final class Eoi {
    private Eoi() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean done, @Advice.Argument(0) Vcpu cpu) {
      done = ApicHooks.endOfInterrupt(done, cpu);
    }
  }

  @Attach("interrupt.line")
  static final class Line {
    private Line() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) MachineControl machine,
        @Advice.Argument(1) int irq,
        @Advice.Argument(2) boolean level) {
      ApicHooks.line(machine, irq, level);
    }
  }

  @Attach("vcpu.reset")
  static final class Reset {
    private Reset() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      ApicHooks.reset(cpu);
    }
  }

  @Attach("vcpu.init")
  static final class Init {
    private Init() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      ApicHooks.init(cpu);
    }
  }
}
