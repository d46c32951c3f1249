package io.tlbscope.tools.tracefile;

import java.io.IOException;

/**
 * A file is no trace, or a damaged one, or one of another version; the message is one line for the
 * user.
 */
public final class TraceFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public TraceFormatException(String message) {
    super(message);
  }
}
