package io.tlbscope.core.run;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * COM1's other end: passes bytes to and from the host's streams. A broken output pipe ends the run,
 * not the JVM.
 */
final class Console implements Stateful {
  private final OutputStream out;
  private final InputStream in;
  private final java.util.function.Consumer<String> broken;

  /** Bytes that the guest has written. */
  private long written;

  Console(OutputStream out, InputStream in, java.util.function.Consumer<String> broken) {
    this.out = out;
    this.in = in;
    this.broken = broken;
  }

  void write(int value) {
    written++;
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

  long written() {
    return written;
  }

  /** How far the guest has got; what it wrote is the stream's, and is not taken back. */
  @Override
  public void save(StateWriter to) {
    to.putLong(written);
  }

  @Override
  public void load(StateReader from) {
    written = from.getLong();
  }
}
