package io.tlbscope.apic;

import io.tlbscope.core.hook.MachineControl;

/** Time as the APICs see it, injected so that tests can set it. */
interface ApicClock {
  /** Virtual time in ticks of 1 ns. */
  long now();

  /** Runs the action once {@link #now} has reached the deadline. */
  long schedule(long deadline, Runnable action);

  void cancel(long handle);

  /** Once the machine's timers are forgotten; see {@link MachineControl#restore}. */
  void restore(long deadline, long handle, Runnable action);

  static ApicClock of(MachineControl machine) {
    return new ApicClock() {
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
}
