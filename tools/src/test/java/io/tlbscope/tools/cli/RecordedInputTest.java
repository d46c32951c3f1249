package io.tlbscope.tools.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code run --record-input} and {@code --replay-input}. */
class RecordedInputTest {
  private static final String TYPED = "hello\nTLB\n\n";

  @TempDir Path folder;

  /** Types a byte whenever it was asked some hundreds of times, as a person would: unevenly. */
  private static final class Typist extends InputStream {
    private final byte[] bytes = TYPED.getBytes(StandardCharsets.US_ASCII);
    private int next;
    private int asked;

    @Override
    public int available() {
      return next < bytes.length && ++asked > 300 + 171 * (next * next % 7) ? 1 : 0;
    }

    @Override
    public int read() {
      asked = 0;
      return next < bytes.length ? bytes[next++] : -1;
    }
  }

  private Cli.Result run(String trace, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("run", "echo", "--cpus", "1", "--plugin", "apic", "--plugin", "pmap"));
    words.addAll(List.of("--trace", folder.resolve(trace).toString()));
    words.addAll(List.of(more));
    Cli.Result result = Cli.real(words.toArray(String[]::new));
    assertTrue(result.showsNoStackTrace(), result.err());
    return result;
  }

  private Path record() {
    Path recording = folder.resolve("session");
    InputStream before = System.in;
    System.setIn(new Typist());
    try {
      Cli.Result result = run("recorded.trace", "--record-input", recording.toString());
      assertEquals(33, result.exit(), result.err());
      assertTrue(result.out().contains("\"TLB\""), result.out());
    } finally {
      System.setIn(before);
    }
    return recording;
  }

  @Test
  void replayedSessionIsTheRecordedOneEventForEvent() throws Exception {
    Path recording = record();
    Cli.Result result = run("replayed.trace", "--replay-input", recording.toString());
    assertEquals(33, result.exit(), result.err());
    assertTrue(result.out().contains("ok 1 - 2 lines"), result.out());
    assertArrayEquals(events("recorded.trace"), events("replayed.trace"));
  }

  /** The trace as JSON lines: its file also holds the command, which differs. */
  private byte[] events(String trace) throws IOException {
    Path lines = folder.resolve(trace + ".jsonl");
    Cli.Result result =
        Cli.real("report", folder.resolve(trace).toString(), "--jsonl", lines.toString());
    assertEquals(0, result.exit(), result.err());
    return Files.readAllBytes(lines);
  }

  @Test
  void recordingThatWasCutOffReplaysAsFarAsItGoes() throws Exception {
    Path recording = record();
    List<String> lines = Files.readAllLines(recording);
    Files.write(recording, lines.subList(0, 1 + "hello\n".length()));
    Cli.Result result =
        run("cut.trace", "--replay-input", recording.toString(), "--max-instructions", "3000000");
    assertTrue(result.out().contains("\"hello\""), result.out());
    assertTrue(!result.out().contains("\"TLB\""), result.out());
  }

  @Test
  void inputThatAnotherRunDoesNotAskForIsTold() throws Exception {
    Path recording = record();
    Cli.Result result =
        Cli.real("run", "hello", "--plugin", "apic", "--replay-input", recording.toString());
    assertEquals(33, result.exit(), result.err());
    assertTrue(result.err().contains("bytes of --replay-input were not asked for"), result.err());
  }

  @ParameterizedTest
  @CsvSource({
    "'', is no recorded input",
    "'tlbscope input 2\n1 2\n', is no recorded input",
    "'tlbscope input 1\n12 x\n', line 2 is not a number and a byte",
    "'tlbscope input 1\n12 65\n12 66\n', line 3 is not later",
  })
  void whatIsNoRecordingIsRefused(String text, String expected) throws Exception {
    Path file = Files.writeString(folder.resolve("bad"), text);
    Cli.Result result = run("bad.trace", "--replay-input", file.toString());
    assertEquals(ExitCode.INPUT.code(), result.exit(), result.err());
    assertTrue(result.err().contains(expected), result.err());
  }

  @ParameterizedTest
  @CsvSource({
    "--record-input a --replay-input b, exclude each other",
    "--record-input a --schedule parallel, runs do not repeat",
    "--replay-input a --save b, cannot be taken back",
  })
  void optionsThatDoNotGoTogetherAreRefused(String options, String expected) {
    Cli.Result result = run("none.trace", options.split(" "));
    assertEquals(ExitCode.USAGE.code(), result.exit(), result.err());
    assertTrue(result.err().contains(expected), result.err());
  }

  @Test
  void recordingThatIsNotThereIsNamed() {
    Cli.Result result = run("none.trace", "--replay-input", "nowhere");
    assertEquals(ExitCode.INPUT.code(), result.exit(), result.err());
    assertTrue(result.err().contains("nowhere does not exist"), result.err());
  }

  /** Without what was typed it would be another run. */
  @Test
  void theTracesCommandMakesTheRecordedRunAgain() throws Exception {
    Path recording = record();
    byte[] trace = Files.readAllBytes(folder.resolve("recorded.trace"));
    assertTrue(
        new String(trace, StandardCharsets.ISO_8859_1)
            .contains("\"--replay-input\",\"" + recording + "\""),
        "the header has the command");
  }
}
