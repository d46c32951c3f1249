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
   * State of the named plugin in this machine, or null if it is not loaded here; the advice's way
   * to ask whose event this is.
   */
  <T> T plugin(Class<T> type);

  /** Stops the machine at the end of the running instruction; the reason is shown to the user. */
  void stop(String reason);

  /** Level of the 8259 pair's INTR output. */
  boolean picOutput();

  /** Acknowledges the PIC (INTA cycle) and returns its vector, 0..255. */
  int picAcknowledge();
}
