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

/** The host's FPU as judge: a small C program. Record layout: x87-oracle.c. */
final class X87Oracle {
  static final int RECORD = 1136, DATA_BYTES = 576, IMAGE = 512;

  private X87Oracle() {}

  /** State before or after one instruction. */
  static final class Record {
    final byte[] image = new byte[IMAGE];
    byte[] code = new byte[0];
    int signal;
    long rax, rdi, flags;
    final byte[] data = new byte[DATA_BYTES];

    ByteBuffer fields() {
      return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void put(ByteBuffer to) {
      to.put(image);
      int start = to.position();
      to.put(code).position(start + 16).putInt(code.length).putInt(0);
      to.putLong(rax).putLong(rdi).putLong(flags).put(data);
    }

    private static Record get(ByteBuffer from) {
      Record record = new Record();
      from.get(record.image);
      from.getLong();
      from.getLong();
      from.getInt();
      record.signal = from.getInt();
      record.rax = from.getLong();
      record.rdi = from.getLong();
      record.flags = from.getLong();
      from.get(record.data);
      return record;
    }
  }

  /** Builds the program in {@code directory} and runs all records through it. */
  static List<Record> run(Path directory, List<Record> records)
      throws IOException, InterruptedException {
    Path source = directory.resolve("x87-oracle.c");
    Path program = directory.resolve("x87-oracle");
    if (!Files.exists(program)) {
      try (InputStream in = X87Oracle.class.getResourceAsStream("x87-oracle.c")) {
        Files.copy(in, source);
      }
      Process gcc =
          new ProcessBuilder("gcc", "-O1", "-no-pie", "-o", program.toString(), source.toString())
              .inheritIO()
              .start();
      if (!gcc.waitFor(60, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
        throw new IOException("gcc could not build the oracle");
      }
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
