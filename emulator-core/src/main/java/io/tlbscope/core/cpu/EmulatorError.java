package io.tlbscope.core.cpu;

/**
 * What the emulator cannot do for a guest: the run ends with this named error, never with a silent
 * exception to the guest.
 */
public class EmulatorError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;

  /**
   * @param name stable kebab-case name, listed in CAVEATS.md
   * @param message cause and, where there is one, the mend
   */
  public EmulatorError(String name, String message) {
    super(message);
    this.name = name;
  }

  public String name() {
    return name;
  }
}
