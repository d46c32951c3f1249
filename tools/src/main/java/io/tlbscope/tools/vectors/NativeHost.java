package io.tlbscope.tools.vectors;

import io.tlbscope.guests.Guests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/** The bundled native program as a process: runs the records of a {@link Batch}. */
final class NativeHost implements AutoCloseable {
  private static final int AVX = 1;

  private final Process process;
  private final OutputStream ask;
  private final InputStream answer;
  private final boolean avx;

  /**
   * @param folder where the program is put
   * @param file the batch's file
   */
  NativeHost(Path folder, Path file) throws IOException {
    Path program = Guests.extractVectorHost(folder);
    process =
        new ProcessBuilder(program.toString(), file.toString(), Integer.toString(Batch.RECORDS))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    ask = process.getOutputStream();
    answer = process.getInputStream();
    avx = (await() & AVX) != 0;
  }

  /** Why there is no such process here, or nothing. */
  static Optional<String> absent() {
    boolean fits =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    return fits ? Optional.empty() : Optional.of("this host is not Linux on x86-64");
  }

  boolean avx() {
    return avx;
  }

  /** Begins to run the first {@code count} records. */
  void start(int count) throws IOException {
    ask.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(count).array());
    ask.flush();
  }

  /** Waits until the records that were started are run. */
  int await() throws IOException {
    int octet = answer.read();
    if (octet < 0) {
      throw new IOException("the native program ended by itself: " + end());
    }
    return octet;
  }

  private String end() {
    try {
      return "exit code " + process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
