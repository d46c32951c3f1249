package io.tlbscope.core.device;

/** One re-armable deadline on a {@link DeviceClock}: at most one action is outstanding. */
final class Alarm {
  private final DeviceClock clock;
  private final Runnable action;
  private long handle;
  private boolean armed;

  Alarm(DeviceClock clock, Runnable action) {
    this.clock = clock;
    this.action = action;
  }

  void set(long deadline) {
    cancel();
    armed = true;
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
}
