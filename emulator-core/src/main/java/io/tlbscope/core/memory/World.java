package io.tlbscope.core.memory;

/**
 * What memory asks of the schedule where several host threads may run vCPUs. The default is that of
 * one thread: nothing to do.
 */
public interface World {
  World ONE_THREAD =
      new World() {
        @Override
        public void alone(Runnable action) {
          action.run();
        }

        @Override
        public void lock() {}

        @Override
        public void unlock() {}
      };

  /** Runs {@code action} while no other vCPU executes an instruction. On a vCPU's thread. */
  void alone(Runnable action);

  /**
   * The machine's lock: guards devices, watched pages together with what plugins make of them, and
   * the plugins' records of the whole machine. Reentrant. A vCPU that waits for it counts as
   * stopped for {@link #alone}.
   */
  void lock();

  void unlock();
}
