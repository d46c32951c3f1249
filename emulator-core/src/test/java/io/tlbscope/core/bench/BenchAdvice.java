package io.tlbscope.core.bench;

import io.tlbscope.core.hook.Vcpu;
import io.tlbscope.core.plugin.Attach;
import net.bytebuddy.asm.Advice;

/** Advice whose price is measured. */
final class BenchAdvice {
  private BenchAdvice() {}

  /** The mechanism alone. */
  @Attach("memory.load")
  static final class Empty {
    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      BenchHooks.nothing();
    }
  }

  /** What a plugin does at least: find its machine's state and count. */
  @Attach("memory.load")
  static final class Counting {
    @Advice.OnMethodExit
    static void exit(@Advice.Argument(0) Vcpu cpu) {
      BenchHooks.count(cpu);
    }
  }
}
