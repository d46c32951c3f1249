package io.tlbscope.core.cpu;

/**
 * What the emulator cannot do for a guest: the run ends with this named error, never with a silent
 * exception to the guest.
 */
public class EmulatorError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final String details;

  /**
   * @param name stable kebab-case name, listed in CAVEATS.md
   * @param message cause and, where there is one, the mend
   */
  public EmulatorError(String name, String message) {
    this(name, message, "");
  }

  /**
   * @param details for the run's report, above the vCPU's state; many lines or empty
   */
  public EmulatorError(String name, String message, String details) {
    super(message);
    this.name = name;
    this.details = details;
  }

  public String details() {
    return details;
  }

  public String name() {
    return name;
  }
}
