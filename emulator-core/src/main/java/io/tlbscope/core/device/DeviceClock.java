package io.tlbscope.core.device;

import io.tlbscope.core.hook.MachineControl;

/** Virtual time as devices see it; 1 tick = 1 ns. */
public interface DeviceClock {
  long SECOND = 1_000_000_000L;

  long now();

  /** Runs the action at or after {@code deadline} ticks; see {@link MachineControl#schedule}. */
  long schedule(long deadline, Runnable action);

  void cancel(long handle);

  /** Once the machine's timers are forgotten; see {@link MachineControl#restore}. */
  void restore(long deadline, long handle, Runnable action);

  /** The machine's own virtual time. */
  static DeviceClock of(MachineControl machine) {
    return new DeviceClock() {
      @Override
      public long now() {
        return machine.now();
      }

      @Override
      public long schedule(long deadline, Runnable action) {
        return machine.schedule(deadline, action);
      }

      @Override
      public void cancel(long handle) {
        machine.cancel(handle);
      }

      @Override
      public void restore(long deadline, long handle, Runnable action) {
        machine.restore(deadline, handle, action);
      }
    };
  }

  /** Ticks to cycles of a clock of {@code hertz}, rounded down, without overflow for 292 years. */
  static long cycles(long ticks, long hertz) {
    return ticks / SECOND * hertz + ticks % SECOND * hertz / SECOND;
  }

  /** First tick at which {@link #cycles} has reached the given count. */
  static long ticks(long cycles, long hertz) {
    long rest = cycles % hertz * SECOND;
    return cycles / hertz * SECOND + (rest + hertz - 1) / hertz;
  }
}
