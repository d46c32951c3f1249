package io.tlbscope.core.boot;

import io.tlbscope.core.cpu.EmulatorError;

/** A guest image that cannot be loaded: what is wrong with it, and what to do about it. */
public final class BootException extends EmulatorError {
  private static final long serialVersionUID = 1L;

  /**
   * @param name stable kebab-case name, starting with {@code boot-}
   * @param cause what is wrong
   * @param mend what the user can do
   */
  public BootException(String name, String cause, String mend) {
    super(name, cause + ": " + mend);
  }
}
