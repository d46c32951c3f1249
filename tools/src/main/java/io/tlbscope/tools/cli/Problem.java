package io.tlbscope.tools.cli;

/** Ends a command with a message of one line, cause and mend, and an exit code. */
final class Problem extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ExitCode exit;

  Problem(ExitCode exit, String message) {
    super(message);
    this.exit = exit;
  }

  Problem(ExitCode exit, String message, Throwable cause) {
    super(message, cause);
    this.exit = exit;
  }

  ExitCode exit() {
    return exit;
  }
}
