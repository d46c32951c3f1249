package io.tlbscope.core.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.isa.CodeMode;
import io.tlbscope.core.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the file says, loading ends with a guest or with a named refusal: no other exception, no
 * hang, no big allocation.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileImageTest extends BootFixture {
  private static byte[] damaged(Consumer<ByteBuffer> damage) {
    byte[] image = ElfWriter.elf64();
    damage.accept(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN));
    return image;
  }

  @Test
  void wrongKindsOfFileAreNamed() {
    refused("boot-unrecognised", new byte[100]);
    refused(
        "boot-unrecognised", "#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    refused("boot-elf-machine", damaged(b -> b.putShort(18, (short) 183)));
    refused("boot-elf-class", damaged(b -> b.put(5, (byte) 2)));
    refused("boot-elf-class", damaged(b -> b.put(4, (byte) 9)));
    refused("boot-elf-type", damaged(b -> b.putShort(16, (short) 3)));
    refused("boot-no-multiboot", damaged(b -> b.putInt(ElfWriter.CODE, 0)));
    refused(
        "boot-multiboot-flags",
        damaged(
            b -> b.putInt(ElfWriter.CODE + 4, 8).putInt(ElfWriter.CODE + 8, -(0x1BADB002 + 8))));
    byte[] linux = new byte[0x1000];
    System.arraycopy(
        "HdrS".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, linux, 0x202, 4);
    refused("boot-bzimage", linux);
  }

  @Test
  void missingAndEmptyFilesAndFoldersAreNamed() {
    Path empty = file("empty", new byte[0]);
    BootException nothing =
        assertThrows(
            BootException.class, () -> ImageLoader.load(empty, BootOptions.defaults(), memory));
    assertEquals("boot-empty-file", nothing.name());
    for (String name : new String[] {"none", "."}) {
      BootException refusal =
          assertThrows(
              BootException.class,
              () -> ImageLoader.load(folder.resolve(name), BootOptions.defaults(), memory));
      assertEquals("boot-no-file", refusal.name());
    }
  }

  @Test
  void segmentsThatCannotBePlacedAreNamed() {
    int second = ElfWriter.PROGRAM_HEADERS + 56;
    refused("boot-does-not-fit", damaged(b -> b.putLong(second + 24, 0x7FFFFF)));
    refused("boot-does-not-fit", damaged(b -> b.putLong(second + 24, -0x1000)));
    refused("boot-does-not-fit", damaged(b -> b.putLong(second + 40, Long.MAX_VALUE)));
    refused("boot-does-not-fit", damaged(b -> b.putLong(second + 40, -1)));
    refused("boot-overlap", damaged(b -> b.putLong(second + 24, 0x100080)));
    refused("boot-overlap", damaged(b -> b.putLong(second + 24, 0x4000)));
    refused("boot-elf-damaged", damaged(b -> b.putLong(second + 32, 0x3000)));
    refused("boot-truncated", damaged(b -> b.putLong(second + 8, 0x3F0)));
    refused("boot-truncated", damaged(b -> b.putLong(second + 8, -8)));
    refused("boot-entry-outside", damaged(b -> b.putLong(24, 0x50)));
    refused("boot-entry-outside", damaged(b -> b.putLong(24, -1)));
    refused("boot-elf-empty", damaged(b -> b.putShort(56, (short) 0)));
  }

  @Test
  void headerTablesThatLoopOverThemselvesAreNamed() {
    refused("boot-elf-damaged", damaged(b -> b.putShort(54, (short) 0)));
    refused("boot-elf-damaged", damaged(b -> b.putShort(56, (short) -1)));
    refused("boot-truncated", damaged(b -> b.putLong(32, 0x3FF)));
    refused("boot-truncated", damaged(b -> b.putLong(32, Long.MAX_VALUE - 8)));
    refused("boot-elf-damaged", damaged(b -> b.putShort(58, (short) 0)));
    refused("boot-truncated", damaged(b -> b.putLong(40, -1)));
    refused("boot-elf-damaged", damaged(b -> b.putInt(ElfWriter.SECTIONS + 64 + 40, 77)));
    refused(
        "boot-elf-damaged", damaged(b -> b.putLong(ElfWriter.SECTIONS + 64 + 32, Long.MAX_VALUE)));
  }

  @Test
  void initrdAndCommandLineThatDoNotFitAreNamed() {
    byte[] guest = ElfWriter.elf64();
    refused("boot-no-file", guest, BootOptions.defaults().withInitrd(folder.resolve("none")));
    refused(
        "boot-does-not-fit",
        guest,
        BootOptions.defaults().withInitrd(file("big", new byte[(7 << 20) - 4096])));
    refused(
        "boot-does-not-fit",
        guest,
        BootOptions.defaults().withInitrd(file("bigger", new byte[9 << 20])));
    refused("boot-command-line", guest, BootOptions.defaults().withCommandLine("x".repeat(20_000)));
    refused("boot-command-line", guest, BootOptions.defaults().withCommandLine("a\0b"));
  }

  @Test
  void smallestMemoryRefusesAnImageAtOneMegabyte() {
    try (PhysicalMemory small = new PhysicalMemory(1 << 20)) {
      BootException refusal =
          assertThrows(
              BootException.class,
              () ->
                  ImageLoader.load(
                      file("guest.elf", ElfWriter.elf32()), BootOptions.defaults(), small));
      assertEquals("boot-does-not-fit", refusal.name());
    }
  }

  @Test
  void everyTruncationLoadsOrIsRefused() {
    for (byte[] image : new byte[][] {ElfWriter.elf32(), ElfWriter.elf64()}) {
      for (int length = 0; length < image.length; length++) {
        loadsOrIsRefused(Arrays.copyOf(image, length), "length " + length);
      }
    }
  }

  @Test
  void randomMutationsLoadOrAreRefused() {
    Random random = new Random(7);
    int refused = 0;
    for (int n = 0; n < 6_000; n++) {
      byte[] image = n % 2 == 0 ? ElfWriter.elf32() : ElfWriter.elf64();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        // Headers more often than contents.
        int at = random.nextInt(3) == 0 ? random.nextInt(image.length) : random.nextInt(0x110);
        image[at] =
            random.nextBoolean()
                ? (byte) random.nextInt()
                : (byte) (random.nextBoolean() ? 0xFF : 0x7F);
      }
      refused += loadsOrIsRefused(image, "mutation " + n) ? 0 : 1;
    }
    assertTrue(refused > 1_000, "refused: " + refused);
  }

  @Test
  void randomBytesAreRefusedOrRunFlat() {
    Random random = new Random(8);
    for (int n = 0; n < 2_000; n++) {
      byte[] image = new byte[1 + random.nextInt(600)];
      random.nextBytes(image);
      refused("boot-unrecognised", image);
    }
    byte[] flat = new byte[600];
    random.nextBytes(flat);
    load(flat, BootOptions.defaults().withFlat(0x1000, 0x1000, CodeMode.BITS16));
  }

  /** True when it loaded; any other exception than a refusal fails the test. RAM may be dirty. */
  private boolean loadsOrIsRefused(byte[] image, String what) {
    try {
      load(image);
      return true;
    } catch (BootException refusal) {
      assertTrue(refusal.name().startsWith("boot-"), what);
      return false;
    }
  }
}
