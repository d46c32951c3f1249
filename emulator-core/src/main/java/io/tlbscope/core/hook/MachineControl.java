package io.tlbscope.core.hook;

/** A machine as plugins see it. */
public interface MachineControl {
  int vcpuCount();

  Vcpu vcpu(int index);

  /** Virtual time in ticks. Any thread. */
  long now();

  PhysicalAccess physical();

  /**
   * Calls {@code action} once virtual time has reached {@code deadline} (ticks), before the next
   * instruction of any vCPU; equal deadlines fire in order of scheduling. A deadline in the past
   * fires before the next instruction.
   *
   * @return handle for {@link #cancel}
   */
  long schedule(long deadline, Runnable action);

  void cancel(long handle);

  /**
   * Schedules again what was outstanding when a snapshot was taken, from within {@code load}: all
   * timers have been forgotten by then. The handle is the one that {@link #schedule} gave, so that
   * equal deadlines keep their order.
   */
  void restore(long deadline, long handle, Runnable action);

  /**
   * State of the named plugin in this machine, or null if it is not loaded here; the advice's way
   * to ask whose event this is.
   */
  <T> T plugin(Class<T> type);

  /** Stops the machine at the end of the running instruction; the reason is shown to the user. */
  void stop(String reason);

  /**
   * Within a hook: the vCPU whose instruction brought about what the hook tells of {@code owner}.
   * Another one where an effect crosses vCPUs in the deterministic schedule (INVLPGB); in parallel
   * mode the owner's thread carries it out, and its sender is not known.
   */
  default Vcpu actor(Vcpu owner) {
    return owner;
  }

  /** Level of the 8259 pair's INTR output. */
  boolean picOutput();

  /** Acknowledges the PIC (INTA cycle) and returns its vector, 0..255. */
  int picAcknowledge();

  /**
   * The machine's lock, for plugins that keep records of the whole machine: hooks of several vCPUs
   * run at once in parallel mode. Loads and stores of watched pages, device accesses and timer
   * actions come with it held. Reentrant; unlock in a finally clause; never wait for another vCPU
   * with it. Does nothing in deterministic mode.
   */
  default void lock() {}

  default void unlock() {}

  /** Runs {@code action} while no vCPU executes an instruction. Any thread. */
  default void alone(Runnable action) {
    action.run();
  }

  /**
   * Asked for while the plugin is attached: lets the owner of {@link #lock} look at the {@link
   * Vcpu#tlb} of every vCPU, which then costs each miss of the look-aside that lock.
   */
  default void shareTlbs() {}
}
