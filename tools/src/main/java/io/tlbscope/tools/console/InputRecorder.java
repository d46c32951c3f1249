package io.tlbscope.tools.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is typed, noted by when the guest's UART asked for it: in the deterministic schedule it asks
 * at the same moments as long as it was given the same before, so that the number of the question
 * names the moment.
 *
 * <pre>
 *   tlbscope input 1         format
 *   1207 104                 question 1207 was answered with byte 104
 *   end 48211                questions asked in all; missing where the run was cut off
 * </pre>
 */
public final class InputRecorder extends InputStream {
  static final String HEADER = "tlbscope input 1";
  static final String END = "end ";

  private final InputStream typed;
  private final Writer log;
  private long questions;
  private boolean closed;

  public InputRecorder(InputStream typed, Path file) throws IOException {
    this.typed = typed;
    this.log = new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.US_ASCII);
    log.write(HEADER + "\n");
    log.flush();
  }

  /** A question; the byte follows by {@link #read} if there is one. */
  @Override
  public int available() throws IOException {
    questions++;
    return typed.available();
  }

  @Override
  public int read() throws IOException {
    int value = typed.read();
    if (value >= 0) {
      // At once: a run that ends badly is the one that is wanted again.
      log.write(questions + " " + value + "\n");
      log.flush();
    }
    return value;
  }

  /** Ends the recording; what was typed stays open. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      log.write(END + questions + "\n");
      log.close();
    }
  }
}
