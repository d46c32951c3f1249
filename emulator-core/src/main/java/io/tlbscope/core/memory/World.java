package io.tlbscope.core.memory;

/**
 * What memory and vCPUs ask of the schedule, because in parallel mode several host threads run
 * them. The default is that of one thread: nothing to wait for, nobody elsewhere.
 */
public interface World {
  World ONE_THREAD = new World() {};

  /** Runs {@code action} while no other vCPU executes an instruction. Any thread. */
  default void alone(Runnable action) {
    action.run();
  }

  /**
   * The machine's lock. Guards the devices, watched pages together with what plugins make of their
   * accesses, the plugins' records of the machine, and all TLBs once {@link #shareTlbs} was asked
   * for. Reentrant. A vCPU that waits for it counts as stopped for {@link #alone}.
   */
  default void lock() {}

  default void unlock() {}

  /** From now on vCPUs change their TLBs under the machine's lock, so that its owner may look. */
  default void shareTlbs() {}

  /** {@link #lock}, if TLBs are shared. */
  default void lockTlb() {}

  default void unlockTlb() {}

  /** True if the caller may touch what belongs to the vCPU's own thread: look-aside, TLB. */
  default boolean here(int vcpu) {
    return true;
  }

  /**
   * Has the vCPU's thread run {@code action} at its next instruction boundary; in order of posting
   * for each poster. Any thread.
   *
   * @param urgent wakes a sleeping vCPU for it, and {@link #sync} waits for it; else it is done
   *     before the vCPU's next instruction, whenever that is
   */
  default void post(int vcpu, boolean urgent, Runnable action) {
    action.run();
  }

  /** What was posted so far, for {@link #done}; null where nothing is ever on its way. */
  default long[] posted() {
    return null;
  }

  /** True if all that is done, or will be before its vCPU executes another instruction. */
  default boolean done(long[] posted) {
    return true;
  }

  /** On a vCPU's thread: returns once the urgent actions that it posted are done. */
  default void sync() {}
}
