package io.tlbscope.core.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.memory.PhysicalMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** 8 MiB of RAM and a folder for images. */
abstract class BootFixture {
  @TempDir Path folder;
  PhysicalMemory memory;

  @BeforeEach
  void power() {
    memory = new PhysicalMemory(8 << 20);
  }

  @AfterEach
  void off() {
    memory.close();
  }

  Path file(String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  GuestImage load(byte[] image) {
    return load(image, BootOptions.defaults());
  }

  GuestImage load(byte[] image, BootOptions options) {
    return ImageLoader.load(new ImageBytes("guest.elf", image), options, memory);
  }

  /** The image is refused under this name, and the message has a cause and a mend. */
  void refused(String name, byte[] image, BootOptions options) {
    BootException refusal = assertThrows(BootException.class, () -> load(image, options));
    assertEquals(name, refusal.name(), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(": "), refusal.getMessage());
  }

  void refused(String name, byte[] image) {
    refused(name, image, BootOptions.defaults());
  }

  String string(long pa) {
    StringBuilder text = new StringBuilder();
    for (long at = pa; memory.read(at, 1) != 0; at++) {
      text.append((char) memory.read(at, 1));
    }
    return text.toString();
  }

  String text(long pa, int length) {
    byte[] bytes = new byte[length];
    memory.read(pa, bytes, 0, length);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  int sum(long pa, long length) {
    int sum = 0;
    for (long n = 0; n < length; n++) {
      sum += (int) memory.read(pa + n, 1);
    }
    return sum & 0xFF;
  }
}
