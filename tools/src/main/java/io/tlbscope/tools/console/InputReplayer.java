package io.tlbscope.tools.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Types again what an {@link InputRecorder} noted, at the same moments. */
public final class InputReplayer extends InputStream {
  private final long[] questions;
  private final byte[] bytes;
  private int next;
  private long asked;

  private InputReplayer(long[] questions, byte[] bytes) {
    this.questions = questions;
    this.bytes = bytes;
  }

  /**
   * @throws IOException if the file cannot be read, or is no recording; the message says in which
   *     line
   */
  public static InputReplayer of(Path file) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(InputRecorder.HEADER)) {
      throw new IOException(
          "it is no recorded input of this tlbscope: its first line is not '"
              + InputRecorder.HEADER
              + "'");
    }
    List<String> entries = lines.subList(1, lines.size());
    if (!entries.isEmpty() && entries.getLast().startsWith(InputRecorder.END)) {
      entries = entries.subList(0, entries.size() - 1);
    }
    long[] questions = new long[entries.size()];
    byte[] bytes = new byte[entries.size()];
    for (int i = 0; i < questions.length; i++) {
      if (!entries.get(i).matches("\\d{1,18} \\d{1,3}")) {
        throw new IOException(
            "line " + (i + 2) + " is not a number and a byte: '" + entries.get(i) + "'");
      }
      String[] words = entries.get(i).split(" ");
      questions[i] = Long.parseLong(words[0]);
      bytes[i] = (byte) Integer.parseInt(words[1]);
      if (i > 0 && questions[i] <= questions[i - 1]) {
        throw new IOException("line " + (i + 2) + " is not later than the line before it");
      }
    }
    return new InputReplayer(questions, bytes);
  }

  @Override
  public int available() {
    asked++;
    return next < bytes.length && questions[next] == asked ? 1 : 0;
  }

  @Override
  public int read() {
    return next < bytes.length ? bytes[next++] & 0xFF : -1;
  }

  /** Bytes that the guest has not asked for. */
  public int left() {
    return bytes.length - next;
  }
}
