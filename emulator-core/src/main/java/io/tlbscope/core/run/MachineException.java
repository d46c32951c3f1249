package io.tlbscope.core.run;

/** A machine cannot be built as asked; the message names the cause and the mend. */
public class MachineException extends Exception {
  private static final long serialVersionUID = 1L;

  public MachineException(String message) {
    super(message);
  }

  public MachineException(String message, Throwable cause) {
    super(message, cause);
  }
}
