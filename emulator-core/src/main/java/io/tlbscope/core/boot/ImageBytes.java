package io.tlbscope.core.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file in memory with bounds-checked little-endian access: whatever lies outside is a {@link
 * BootException}.
 */
final class ImageBytes {
  private final String name;
  private final byte[] bytes;
  private final ByteBuffer buffer;

  ImageBytes(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads a whole file of at most {@code limit} bytes. */
  static ImageBytes read(Path file, long limit) {
    String name = String.valueOf(file.getFileName());
    if (!Files.isRegularFile(file)) {
      throw new BootException(
          "boot-no-file",
          file + (Files.exists(file) ? " is not a regular file" : " does not exist"),
          "check the path");
    }
    try {
      long size = Files.size(file);
      if (size == 0) {
        throw new BootException("boot-empty-file", name + " is empty", "build the guest again");
      }
      if (size > limit) {
        throw new BootException(
            "boot-does-not-fit",
            name + " has " + size + " bytes, more than the guest's RAM",
            "give the guest more --memory");
      }
      if (size > Math.min(Runtime.getRuntime().maxMemory() / 2, Integer.MAX_VALUE - 64)) {
        throw new BootException(
            "boot-file-too-large",
            name + " has " + size + " bytes, too many for the Java heap",
            "run java with a larger -Xmx");
      }
      return new ImageBytes(name, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new BootException(
          "boot-unreadable",
          "cannot read " + file + " (" + e.getMessage() + ")",
          "check its permissions");
    }
  }

  String name() {
    return name;
  }

  int size() {
    return bytes.length;
  }

  byte[] array() {
    return bytes;
  }

  boolean contains(long offset, long length) {
    return offset >= 0 && length >= 0 && offset <= bytes.length && length <= bytes.length - offset;
  }

  int u8(long offset) {
    return bytes[at(offset, 1)] & 0xFF;
  }

  int u16(long offset) {
    return buffer.getShort(at(offset, 2)) & 0xFFFF;
  }

  long u32(long offset) {
    return buffer.getInt(at(offset, 4)) & 0xFFFF_FFFFL;
  }

  long u64(long offset) {
    return buffer.getLong(at(offset, 8));
  }

  /** A string that ends at a zero or at {@code end}. */
  String string(long offset, long end) {
    int first = at(offset, 0);
    int last = first;
    while (last < end && last < bytes.length && bytes[last] != 0) {
      last++;
    }
    return new String(bytes, first, last - first, StandardCharsets.ISO_8859_1);
  }

  private int at(long offset, int length) {
    if (!contains(offset, length)) {
      throw new BootException(
          "boot-truncated",
          name + " ends at 0x%x, but its headers point to 0x%x".formatted(bytes.length, offset),
          "the file is damaged or cut off, build or copy it again");
    }
    return (int) offset;
  }
}
