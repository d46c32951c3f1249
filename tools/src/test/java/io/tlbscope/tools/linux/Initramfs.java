package io.tlbscope.tools.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a cpio archive of the kind "newc", as Linux unpacks it into its first file system. */
final class Initramfs {
  private static final int FOLDER = 0040755, PROGRAM = 0100755;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int inode;

  Initramfs folder(String name) {
    return entry(name, FOLDER, new byte[0]);
  }

  Initramfs program(String name, Path file) throws IOException {
    return entry(name, PROGRAM, Files.readAllBytes(file));
  }

  Initramfs script(String name, String... lines) {
    return entry(name, PROGRAM, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private Initramfs entry(String name, int mode, byte[] content) {
    byte[] bytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
    int[] fields = {
      ++inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, bytes.length, 0,
    };
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append("%08x".formatted(field));
    }
    out.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(bytes);
    pad();
    out.writeBytes(content);
    pad();
    return this;
  }

  private void pad() {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
  }

  Path write(Path file) throws IOException {
    entry("TRAILER!!!", 0, new byte[0]);
    return Files.write(file, out.toByteArray());
  }
}
