package io.tlbscope.core.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.isa.CodeMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Linux's boot protocol, with an image of 2 KiB whose kernel is a page of 90h. */
class LinuxImageTest extends BootFixture {
  private static final int SETUP = 1024, KERNEL = 0x1000;
  private static final long ZERO_PAGE = 0x1000;

  private static byte[] image(Consumer<ByteBuffer> change) {
    ByteBuffer image = ByteBuffer.allocate(SETUP + KERNEL).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0x1F1, (byte) 1).putShort(0x1FE, (short) 0xAA55).put(0x200, (byte) 0xEB);
    image.put(0x201, (byte) 0x6A).putInt(0x202, 0x5372_6448).putShort(0x206, (short) 0x20F);
    image.put(0x211, (byte) 1).putInt(0x22C, 0x7FFF_FFFF).putShort(0x236, (short) 1);
    image.putInt(0x238, 2047).putLong(0x258, 0x200000).putInt(0x260, 0x100000);
    for (int n = 0; n < KERNEL; n++) {
      image.put(SETUP + n, (byte) 0x90);
    }
    change.accept(image);
    return image.array();
  }

  private static byte[] image() {
    return image(image -> {});
  }

  @Test
  void kernelStartsAtItsWideEntryWithTheFirstFourGigabytesMapped() {
    GuestImage guest = load(image());
    assertEquals(GuestImage.Kind.LINUX, guest.kind());
    assertEquals(0x90, memory.read(0x100000, 1));
    assertEquals(0x90, memory.read(0x100000 + KERNEL - 1, 1));
    assertEquals(
        new EntryState(CodeMode.BITS64, 0x10, 0x100200, 0, 0, 0, ZERO_PAGE, 0x70000),
        guest.entry());
    CpuState s = new CpuState();
    guest.entry().applyTo(s);
    assertEquals(ZERO_PAGE, s.r[6]);
    assertEquals(0x18, s.segments[3].selector);
    long pdpt = memory.read(0x70000, 8) & -4096;
    long directory = memory.read(pdpt + 3 * 8, 8) & -4096;
    assertEquals(0xC020_0000L, memory.read(directory + 8, 8) & -4096);
  }

  @Test
  void kernelWithoutWideEntryStartsInProtectedMode() {
    EntryState entry = load(image(image -> image.putShort(0x236, (short) 0))).entry();
    assertEquals(new EntryState(CodeMode.BITS32, 0x10, 0x100000, 0, 0, 0, ZERO_PAGE, 0), entry);
  }

  @Test
  void zeroPageTellsMemoryCommandLineAndInitrd() {
    load(
        image(),
        BootOptions.defaults()
            .withCommandLine("console=ttyS0 quiet")
            .withInitrd(file("initrd", new byte[] {7, 8, 9})));
    assertEquals(0x5372_6448, memory.read(ZERO_PAGE + 0x202, 4));
    assertEquals(0xFF, memory.read(ZERO_PAGE + 0x210, 1));
    assertEquals("console=ttyS0 quiet", string(memory.read(ZERO_PAGE + 0x228, 4)));
    long initrd = memory.read(ZERO_PAGE + 0x218, 4);
    assertEquals(3, memory.read(ZERO_PAGE + 0x21C, 4));
    assertEquals(0x7FF000, initrd, "the last page of 8 MiB");
    assertEquals(0x00090807, memory.read(initrd, 4));
    int ranges = (int) memory.read(ZERO_PAGE + 0x1E8, 1);
    assertEquals(4, ranges);
    long last = ZERO_PAGE + 0x2D0 + 20 * (ranges - 1);
    assertEquals(0x100000, memory.read(last, 8));
    assertEquals(0x700000, memory.read(last + 8, 8));
    assertEquals(1, memory.read(last + 16, 4));
    assertEquals(0xE0000, memory.read(ZERO_PAGE + 0x70, 8));
  }

  @Test
  void initrdLiesBelowWhatTheKernelCanReach() {
    load(
        image(image -> image.putInt(0x22C, 0x3FFFFF)),
        BootOptions.defaults().withInitrd(file("initrd", new byte[100])));
    assertEquals(0x3FF000, memory.read(ZERO_PAGE + 0x218, 4));
  }

  @Test
  void imagesThatCannotBeBootedAreNamed() {
    refused("boot-bzimage", image(image -> image.putShort(0x206, (short) 0x20B)));
    refused("boot-bzimage", image(image -> image.put(0x211, (byte) 0)));
    refused("boot-bzimage", image(image -> image.put(0x201, (byte) 0xFF)));
    refused("boot-bzimage", image(image -> image.put(0x1F1, (byte) 60)));
    refused("boot-does-not-fit", image(image -> image.putLong(0x258, 0x780000)));
    refused("boot-does-not-fit", image(image -> image.putLong(0x258, -1)));
    refused(
        "boot-does-not-fit",
        image(image -> image.putLong(0x258, 0x600000)),
        BootOptions.defaults().withInitrd(file("initrd", new byte[0x180000])));
    refused("boot-command-line", image(), BootOptions.defaults().withCommandLine("x".repeat(2048)));
  }

  private static byte[] pvh(long entry) {
    ByteBuffer elf = ByteBuffer.wrap(ElfWriter.elf64()).order(ByteOrder.LITTLE_ENDIAN);
    elf.putInt(ElfWriter.CODE, 0);
    // The second segment becomes the note, which lies in the first.
    int header = ElfWriter.PROGRAM_HEADERS + 56;
    elf.putInt(header, 4).putLong(header + 8, ElfWriter.CODE + 0x40).putLong(header + 32, 20);
    int note = ElfWriter.CODE + 0x40;
    elf.putInt(note, 4).putInt(note + 4, 4).putInt(note + 8, 18).putInt(note + 12, 0x6E6558);
    elf.putInt(note + 16, (int) entry);
    return elf.array();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pvhImageStartsAtItsNotesEntry(boolean initrd) {
    byte[] disk = "disk".getBytes(StandardCharsets.US_ASCII);
    BootOptions options = BootOptions.defaults().withCommandLine("root=/dev/none");
    GuestImage guest =
        load(
            pvh(ElfWriter.CODE_PA + 0x80),
            initrd ? options.withInitrd(file("disk", disk)) : options);
    assertEquals(GuestImage.Kind.PVH, guest.kind());
    assertEquals(
        new EntryState(CodeMode.BITS32, 8, ElfWriter.CODE_PA + 0x80, 0, 0, 0x1000, 0),
        guest.entry());
    assertEquals(0x336EC578, memory.read(0x1000, 4));
    assertEquals(1, memory.read(0x1004, 4));
    assertEquals(initrd ? 1 : 0, memory.read(0x100C, 4));
    assertEquals("root=/dev/none", string(memory.read(0x1018, 8)));
    assertEquals(0xE0000, memory.read(0x1020, 8));
    assertEquals(4, memory.read(0x1030, 4));
    long map = memory.read(0x1028, 8);
    assertEquals(0x100000, memory.read(map + 3 * 24, 8));
    assertEquals(0x700000, memory.read(map + 3 * 24 + 8, 8));
    if (initrd) {
      long module = memory.read(0x1010, 8);
      assertEquals("disk", text(memory.read(module, 8), 4));
      assertEquals(4, memory.read(module + 8, 8));
    }
    assertTrue(guest.symbols().address("start").isPresent());
  }

  @Test
  void pvhEntryOutsideIsNamed() {
    refused("boot-entry-outside", pvh(0x300000));
  }
}
