package io.tlbscope.core.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.boot.BootOptions;
import io.tlbscope.core.isa.CodeMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots as files, whole and broken. */
class SnapshotFileTest {
  /** Counts in memory at 0x7000 for ever. */
  private static final String COUNTING = "fe 06 00 70 eb fa";

  @TempDir Path folder;

  private MachineBuilder guest() throws Exception {
    Path image =
        Files.write(folder.resolve("guest.bin"), HexFormat.ofDelimiter(" ").parseHex(COUNTING));
    return Machine.builder()
        .guest(image)
        .memory(1 << 20)
        .seed(42)
        .maxInstructions(1000)
        .pauseAt(100)
        .boot(BootOptions.defaults().withFlat(0x8000, 0x8000, CodeMode.BITS16));
  }

  private byte[] written() throws Exception {
    try (Machine machine = guest().build()) {
      machine.run(Progress.NONE);
      return bytes(machine.snapshot());
    }
  }

  private static byte[] bytes(Snapshot snapshot) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    snapshot.write(out);
    return out.toByteArray();
  }

  private static Snapshot read(byte[] file) throws Exception {
    return Snapshot.read(new ByteArrayInputStream(file));
  }

  private static String refused(byte[] file) {
    return assertThrows(MachineException.class, () -> read(file)).getMessage();
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws Exception {
    byte[] file = written();
    assertTrue(file.length < 16_384, "zeros take no room: " + file.length + " bytes");
    Snapshot snapshot = read(file);
    assertEquals(100, snapshot.instructions());
    assertEquals(42, snapshot.seed());
    assertArrayEquals(file, bytes(snapshot));
    try (Machine machine = guest().build()) {
      machine.restore(snapshot);
      assertEquals(50, machine.physical().read(0x7000, 1));
      RunResult end = machine.run(Progress.NONE);
      assertEquals(Outcome.INSTRUCTION_LIMIT, end.outcome(), "the pause is behind it");
      assertEquals(500 & 0xFF, machine.physical().read(0x7000, 1));
    }
  }

  @Test
  void aFileThatIsCutOffSaysSo() throws Exception {
    byte[] file = written();
    for (int length = 0; length < file.length; length += length < 40 ? 1 : file.length / 50) {
      String message = refused(Arrays.copyOf(file, length));
      assertTrue(
          message.contains(length == 0 ? "no snapshot" : "ends too early"),
          length + " bytes: " + message);
    }
  }

  @Test
  void aFileThatIsDamagedSaysSo() throws Exception {
    byte[] file = written();
    for (int at = 12; at < file.length; at += 1 + file.length / 300) {
      byte[] damaged = file.clone();
      damaged[at] ^= 0x10;
      try {
        // Bits that fill up a byte of compressed data say nothing.
        assertArrayEquals(file, bytes(read(damaged)), "byte " + at);
      } catch (MachineException e) {
        String message = e.getMessage();
        assertTrue(
            message.contains("damaged") || message.contains("ends too early"),
            "byte " + at + ": " + message);
      }
    }
  }

  @Test
  void aForeignFileIsNoSnapshot() {
    String message = refused("#!/bin/sh\necho a script".getBytes(StandardCharsets.US_ASCII));
    assertTrue(message.contains("no snapshot of tlbscope"), message);
    assertTrue(message.contains("give a file that --save wrote"), message);
  }

  @Test
  void aNewerFormatIsNamed() throws Exception {
    byte[] file = written();
    file[11]++;
    String message = refused(file);
    assertTrue(message.contains("format " + (SnapshotFile.FORMAT + 1)), message);
    assertTrue(message.contains("reads format " + SnapshotFile.FORMAT), message);
  }
}
