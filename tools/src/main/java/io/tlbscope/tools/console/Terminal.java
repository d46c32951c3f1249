package io.tlbscope.tools.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Standard output and error of one command, with a progress line on the error stream. Thread-safe:
 * the running thread writes the guest's bytes, others may report.
 */
public final class Terminal {
  private static final String CLEAR = "\r\033[K";
  private static final long REPAINT_NANOS = 100_000_000;

  /** Width of what is read later, in a file or a log. */
  private static final int COLUMNS = 120;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean interactive;
  private boolean painted;
  private long lastPaint;

  /** The guest's output stands at a line's start: only then may the progress line be painted. */
  private boolean lineStart = true;

  private boolean broken;

  /**
   * @param interactive whether a person watches: without, no progress line is painted
   */
  public Terminal(PrintStream out, PrintStream err, boolean interactive) {
    this.out = out;
    this.err = err;
    this.interactive = interactive;
    this.lastPaint = System.nanoTime();
  }

  /** Whether the process's own streams are a terminal. */
  public static boolean isInteractive() {
    return System.console() != null
        && System.console().isTerminal()
        && !"dumb".equals(System.getenv("TERM"));
  }

  /** Columns of the terminal; {@link #COLUMNS} where nobody watches. */
  public int width() {
    return interactive ? new UsageMessageSpec().autoWidth(true).width() : COLUMNS;
  }

  /** Where the guest's console goes: standard output, or the error stream when that is taken. */
  public OutputStream guest(boolean toError) {
    PrintStream stream = toError ? err : out;
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        guestByte(stream, value);
      }

      @Override
      public void flush() {
        stream.flush();
      }
    };
  }

  private synchronized void guestByte(PrintStream stream, int value) throws IOException {
    clear();
    stream.write(value);
    lineStart = value == '\n';
    if (lineStart && stream.checkError()) {
      broken = true;
      throw new IOException("the terminal or pipe was closed");
    }
  }

  /** Whether the guest's output found its stream closed. */
  public synchronized boolean isBroken() {
    return broken;
  }

  /** Paints the text as the progress line, if someone watches and enough time passed. */
  public synchronized void progress(java.util.function.Supplier<String> text) {
    long now = System.nanoTime();
    if (!interactive || !lineStart || now - lastPaint < REPAINT_NANOS) {
      return;
    }
    lastPaint = now;
    out.flush();
    err.print(CLEAR + text.get());
    err.flush();
    painted = true;
  }

  /** Removes the progress line. */
  public synchronized void clear() {
    if (painted) {
      err.print(CLEAR);
      err.flush();
      painted = false;
    }
  }

  /** Ends a line that the guest left open, so that what follows starts on its own. */
  public synchronized void freshLine(boolean toError) {
    clear();
    if (!lineStart) {
      (toError ? err : out).println();
      lineStart = true;
    }
  }

  public PrintStream out() {
    return out;
  }

  public PrintStream err() {
    return err;
  }
}
