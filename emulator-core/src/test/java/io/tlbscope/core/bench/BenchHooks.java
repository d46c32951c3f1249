package io.tlbscope.core.bench;

import io.tlbscope.core.hook.Vcpu;

/** The ordinary class behind {@link BenchAdvice}. */
public final class BenchHooks {
  /** Events of one machine. */
  public static final class Counter {
    public long events;
  }

  private BenchHooks() {}

  public static void nothing() {}

  public static void count(Vcpu cpu) {
    Counter counter = cpu.machine().plugin(Counter.class);
    if (counter != null) {
      counter.events++;
    }
  }
}
