package io.tlbscope.core.run;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/** How often the clock has jumped since a vCPU was awake: timers may tick for nobody, for ever. */
final class IdleJumps implements Stateful {
  /**
   * Jumps while every vCPU sleeps with interrupts disabled, before the machine counts as dead: only
   * an NMI or INIT could end that. As many while one would listen are for nothing before they count
   * against the run's limit.
   */
  private static final int MOST = 1 << 16;

  private int deaf;
  private int all;

  /** A vCPU is awake. */
  void over() {
    deaf = 0;
    all = 0;
  }

  /** One more jump; true if the machine is dead. */
  boolean dead(boolean nobodyListens) {
    return nobodyListens && ++deaf > MOST;
  }

  /** True if the jump counts against the run's limit. */
  boolean counts() {
    if (all < MOST) {
      all++;
      return false;
    }
    return true;
  }

  @Override
  public void save(StateWriter to) {
    to.putInt(deaf);
    to.putInt(all);
  }

  @Override
  public void load(StateReader from) {
    deaf = from.getInt();
    all = from.getInt();
  }
}
