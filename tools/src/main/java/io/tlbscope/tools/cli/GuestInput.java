package io.tlbscope.tools.cli;

import io.tlbscope.tools.console.InputRecorder;
import io.tlbscope.tools.console.InputReplayer;
import io.tlbscope.tools.console.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where a run's typed input comes from, and whether it is recorded. */
final class GuestInput implements AutoCloseable {
  private final InputStream stream;
  private final Path recorded;

  private GuestInput(InputStream stream, Path recorded) {
    this.stream = stream;
    this.recorded = recorded;
  }

  /**
   * Typed input reaches the guest only from a terminal, unless it is recorded: a run whose input is
   * a file or pipe shall replay.
   */
  static GuestInput open(RunOptions options) throws Problem {
    if (options.replayInput != null) {
      return new GuestInput(replayed(options.replayInput), null);
    }
    if (options.recordInput != null) {
      try {
        return new GuestInput(
            new InputRecorder(System.in, options.recordInput), options.recordInput);
      } catch (IOException e) {
        throw unwritten(options.recordInput, e);
      }
    }
    boolean typed = Terminal.isInteractive() && !options.hasSnapshots();
    return new GuestInput(typed ? System.in : null, null);
  }

  private static InputStream replayed(Path file) throws Problem {
    try {
      return InputReplayer.of(file);
    } catch (NoSuchFileException e) {
      throw new Problem(
          ExitCode.INPUT,
          "--replay-input " + file + " does not exist; give a file that --record-input wrote",
          e);
    } catch (IOException e) {
      throw new Problem(
          ExitCode.INPUT,
          "--replay-input "
              + file
              + " cannot be used: "
              + e.getMessage()
              + "; give a file that --record-input wrote",
          e);
    }
  }

  private static Problem unwritten(Path file, IOException e) {
    return new Problem(
        ExitCode.OUTPUT,
        "--record-input " + file + " cannot be written (" + e.getMessage() + ")",
        e);
  }

  /** What the guest's UART receives; null for nothing ever. */
  InputStream stream() {
    return stream;
  }

  /** A line for the user if not all that was recorded was asked for, else null. */
  String left() {
    return stream instanceof InputReplayer replayer && replayer.left() > 0
        ? replayer.left()
            + " bytes of --replay-input were not asked for: the run is not the one that was recorded, or"
            + " ended before"
        : null;
  }

  @Override
  public void close() throws Problem {
    if (recorded != null) {
      try {
        stream.close();
      } catch (IOException e) {
        throw unwritten(recorded, e);
      }
    }
  }
}
