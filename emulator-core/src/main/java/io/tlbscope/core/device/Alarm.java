package io.tlbscope.core.device;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/** One re-armable deadline on a {@link DeviceClock}: at most one action is outstanding. */
final class Alarm implements Stateful {
  private final DeviceClock clock;
  private final Runnable action;
  private long deadline;
  private long handle;
  private boolean armed;

  Alarm(DeviceClock clock, Runnable action) {
    this.clock = clock;
    this.action = action;
  }

  void set(long at) {
    cancel();
    armed = true;
    deadline = at;
    handle = clock.schedule(deadline, this::fire);
  }

  void cancel() {
    if (armed) {
      armed = false;
      clock.cancel(handle);
    }
  }

  private void fire() {
    armed = false;
    action.run();
  }

  @Override
  public void save(StateWriter to) {
    to.putBoolean(armed);
    to.putLong(deadline);
    to.putLong(handle);
  }

  @Override
  public void load(StateReader from) {
    armed = from.getBoolean();
    deadline = from.getLong();
    handle = from.getLong();
    if (armed) {
      clock.restore(deadline, handle, this::fire);
    }
  }
}
