package io.tlbscope.tools.explore;

import java.io.IOException;

/** A replay file that cannot be used; the message has the cause and the mend. */
public final class ReplayFileException extends IOException {
  private static final long serialVersionUID = 1L;

  ReplayFileException(String message) {
    super(message);
  }
}
