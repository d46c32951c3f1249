package io.tlbscope.core.interpret;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The host CPU as judge: a small C program that executes single instructions. Record layout:
 * native-oracle.c.
 */
final class NativeOracle {
  static final int RECORD = 936, DATA_BYTES = 512;
  static final int CODE = 0x30000, DATA = 0x40000;

  private NativeOracle() {}

  /** State before or after one instruction. */
  static final class Record {
    byte[] code = new byte[0];
    int signal;
    final long[] reg = new long[16];
    long flags;
    final long[] xmm = new long[32];
    final byte[] data = new byte[DATA_BYTES];

    private void put(ByteBuffer to) {
      int start = to.position();
      to.put(code).position(start + 16).putInt(code.length).putInt(0);
      for (long x : reg) {
        to.putLong(x);
      }
      to.putLong(flags);
      for (long x : xmm) {
        to.putLong(x);
      }
      to.putInt(0x1F80).putInt(0).put(data);
    }

    private static Record get(ByteBuffer from) {
      Record record = new Record();
      from.getLong();
      from.getLong();
      from.getInt();
      record.signal = from.getInt();
      for (int i = 0; i < 16; i++) {
        record.reg[i] = from.getLong();
      }
      record.flags = from.getLong();
      for (int i = 0; i < 32; i++) {
        record.xmm[i] = from.getLong();
      }
      from.getLong();
      from.get(record.data);
      return record;
    }
  }

  /** True if a C compiler for this x86-64 host can be called. */
  static boolean available() {
    if (!System.getProperty("os.arch").matches("amd64|x86_64")) {
      return false;
    }
    try {
      Process p = new ProcessBuilder("gcc", "--version").redirectErrorStream(true).start();
      p.getInputStream().readAllBytes();
      return p.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Builds the program in {@code directory} and runs all records through it. */
  static List<Record> run(Path directory, List<Record> records)
      throws IOException, InterruptedException {
    Path source = directory.resolve("native-oracle.c");
    Path program = directory.resolve("native-oracle");
    try (InputStream in = NativeOracle.class.getResourceAsStream("native-oracle.c")) {
      Files.copy(in, source);
    }
    Process gcc =
        new ProcessBuilder("gcc", "-O1", "-no-pie", "-o", program.toString(), source.toString())
            .inheritIO()
            .start();
    if (!gcc.waitFor(60, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
      throw new IOException("gcc could not build the oracle");
    }
    ByteBuffer input = ByteBuffer.allocate(RECORD * records.size()).order(ByteOrder.LITTLE_ENDIAN);
    records.forEach(record -> record.put(input));
    Process p =
        new ProcessBuilder(program.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (OutputStream out = p.getOutputStream()) {
                    out.write(input.array());
                  } catch (IOException e) {
                    p.destroy();
                  }
                });
    byte[] output = new byte[RECORD * records.size()];
    new DataInputStream(p.getInputStream()).readFully(output);
    writer.join();
    ByteBuffer results = ByteBuffer.wrap(output).order(ByteOrder.LITTLE_ENDIAN);
    List<Record> list = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      list.add(Record.get(results));
    }
    return list;
  }
}
