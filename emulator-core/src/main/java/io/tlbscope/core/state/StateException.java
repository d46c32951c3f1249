package io.tlbscope.core.state;

/** State that was read does not fit the machine that reads it. */
public final class StateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StateException(String message) {
    super(message);
  }
}
