package io.tlbscope.core.weave;

import io.tlbscope.core.hook.Claim;
import io.tlbscope.core.hook.Vcpu;

/** The ordinary class behind {@link SampleAdvice}. */
public final class SampleHooks {
  /** State of the sample plugin in one machine. */
  public record State(String name) {}

  private SampleHooks() {}

  public static Claim readMsr(int msr, long[] value, Claim before) {
    if (msr != 0x1B) {
      return before;
    }
    value[0] += 0xFEE0_0000L;
    return Claim.DONE;
  }

  public static void fail(String why) {
    throw new IllegalStateException(why);
  }

  public static void haltIn(Vcpu cpu) {
    State state = cpu.machine().plugin(State.class);
    if (state != null) {
      Recorder.record(state.name());
    }
  }

  static void invisible() {}
}
