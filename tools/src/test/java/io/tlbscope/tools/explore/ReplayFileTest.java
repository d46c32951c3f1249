package io.tlbscope.tools.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.run.Preemption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayFileTest {
  private static final ReplayFile REPLAY =
      new ReplayFile(
          "1.2",
          "zoo-x",
          "0123456789abcdef",
          List.of("--cpus", "2", "--append", "a \"b\" {c}"),
          true,
          1_000_000,
          "pct",
          17,
          3,
          "stale-use",
          "stale-use on CPU 1: {x}]",
          4711,
          40_000,
          List.of(new Preemption(0, 12, 1), new Preemption(1, 7, 0)));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("x.replay");
    REPLAY.write(file);
  }

  private String refused(String version) {
    return assertThrows(ReplayFileException.class, () -> ReplayFile.read(file, version))
        .getMessage();
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    assertEquals(REPLAY, ReplayFile.read(file, "1.2"));
    assertTrue(Files.size(file) < 1000, "size " + Files.size(file));
  }

  @Test
  void aPersonCanReadIt() throws IOException {
    List<String> lines = Files.readAllLines(file);
    assertTrue(lines.contains("    {\"cpu\":0,\"at\":12,\"to\":1},"), lines::toString);
    assertTrue(lines.contains("  \"seed\": 17,"), lines::toString);
  }

  @Test
  void anotherVersionIsRefused() {
    assertTrue(refused("1.3").contains("was written by tlbscope 1.2"), refused("1.3"));
  }

  @Test
  void anotherFormatIsRefused() throws IOException {
    Files.writeString(
        file, Files.readString(file).replace("\"format_version\": 1", "\"format_version\": 2"));
    assertTrue(refused("1.2").contains("format version 2"), refused("1.2"));
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    String text = Files.readString(file);
    for (int length : new int[] {text.length() - 3, text.length() / 2}) {
      Files.writeString(file, text.substring(0, length));
      assertTrue(refused("1.2").contains("is damaged"), refused("1.2"));
    }
  }

  @Test
  void aChangedFileIsRefused() throws IOException {
    Files.writeString(file, Files.readString(file).replace("\"at\":12", "\"at\":13"));
    assertTrue(refused("1.2").contains("is damaged"), refused("1.2"));
  }

  @Test
  void anythingElseIsRefused() throws IOException {
    for (String text : List.of("", "hello", "[1, 2]", "{\"format\": \"other\"}", "null")) {
      Files.writeString(file, text);
      assertTrue(refused("1.2").contains("is no replay file"), text + ": " + refused("1.2"));
    }
    Files.write(file, new byte[] {0, 1, 2, (byte) 0xFF});
    assertTrue(refused("1.2").contains("is no replay file"), refused("1.2"));
  }
}
