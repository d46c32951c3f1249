package io.tlbscope.core.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * COM1's other end: passes bytes to and from the host's streams. A broken output pipe ends the run,
 * not the JVM.
 */
final class Console {
  private final OutputStream out;
  private final InputStream in;
  private final java.util.function.Consumer<String> broken;

  Console(OutputStream out, InputStream in, java.util.function.Consumer<String> broken) {
    this.out = out;
    this.in = in;
    this.broken = broken;
  }

  void write(int value) {
    try {
      out.write(value);
      if (value == '\n') {
        out.flush();
      }
    } catch (IOException e) {
      broken.accept("the console's output is gone: " + e.getMessage());
    }
  }

  /** Next byte typed, or -1 when there is none yet; never waits. */
  int read() {
    try {
      return in != null && in.available() > 0 ? in.read() : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  boolean hasInput() {
    return in != null;
  }

  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      broken.accept("the console's output is gone: " + e.getMessage());
    }
  }
}
