package io.tlbscope.core.device;

/**
 * Where a guest's wish to end or restart the machine goes. Called in the middle of the guest's OUT
 * instruction.
 */
public interface ExitSink {
  /**
   * Write to the debug exit port.
   *
   * @param status value·2+1, as other emulators compute it; the process's exit status is its low
   *     byte
   */
  void debugExit(int status);

  /** ACPI S5. */
  void powerOff();

  /**
   * Reset of the whole machine.
   *
   * @param by the port that asked for it, for people
   */
  void reset(String by);

  /** Write of the marker to the POST port. */
  default void marker() {}
}
