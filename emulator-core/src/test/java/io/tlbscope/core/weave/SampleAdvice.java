package io.tlbscope.core.weave;

import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.hook.TlbEntry;
import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.Attach;
import net.bytebuddy.asm.Advice;

/** Advice as plugins write it. */
final class SampleAdvice {
  private SampleAdvice() {}

  /** One for each hook class. */
  static Class<?>[] everyClass() {
    return new Class<?>[] {Drop.class, ReadMsr.class, Claims.class, Halt.class, Poll.class};
  }

  @Attach("tlb.drop")
  static final class Drop {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Vcpu cpu,
        @Advice.Argument(1) TlbEntry entry,
        @Advice.Argument(2) Invalidation why) {
      Recorder.record("drop", why);
    }
  }

  @Attach("msr.read")
  static final class ReadMsr {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(1) int msr,
        @Advice.Argument(2) long[] value,
        @Advice.Return(readOnly = false) Claim claim) {
      claim = SampleHooks.readMsr(msr, value, claim);
    }
  }

  @Attach("mmio.claims")
  static final class Claims {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(1) long paPage, @Advice.Return(readOnly = false) boolean claimed) {
      claimed = claimed || paPage == 0xFEE00;
    }
  }

  @Attach("vcpu.halt")
  static final class Halt {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) Vcpu cpu) {
      Recorder.record("halt");
    }
  }

  @Attach("vcpu.halt")
  static final class HaltExit {
    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      Recorder.record("halt-exit");
    }
  }

  @Attach("vcpu.halt")
  static final class HaltExit2 {
    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      Recorder.record("halt-exit-2");
    }
  }

  @Attach("vcpu.halt")
  static final class HaltEnter2 {
    @Advice.OnMethodEnter
    static void enter() {
      Recorder.record("halt-2");
    }
  }

  @Attach("vcpu.halt")
  static final class HaltThrows {
    @Advice.OnMethodExit
    static void exit() {
      SampleHooks.fail("halted");
    }
  }

  @Attach("vcpu.halt")
  static final class HaltThrowsAtEntry {
    @Advice.OnMethodEnter
    static void enter() {
      SampleHooks.fail("halted at entry");
    }
  }

  @Attach("vcpu.halt")
  static final class HaltForItsMachine {
    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      SampleHooks.haltIn(cpu);
    }
  }

  @Attach("interrupt.poll")
  static final class Poll {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) int vector) {
      vector = vector < 0 ? 0x20 : vector + 1;
    }
  }
}
