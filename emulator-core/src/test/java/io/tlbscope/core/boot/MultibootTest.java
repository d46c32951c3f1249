package io.tlbscope.core.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.isa.CodeMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultibootTest extends BootFixture {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void elfIsPlacedByItsPhysicalAddresses(boolean wide) {
    Path path = file("guest.elf", wide ? ElfWriter.elf64() : ElfWriter.elf32());
    GuestImage image = ImageLoader.load(path, BootOptions.defaults(), memory);
    assertEquals(GuestImage.Kind.MULTIBOOT, image.kind());
    assertEquals(0x1BADB002L, memory.read(ElfWriter.CODE_PA, 4));
    assertEquals(0xDA, memory.read(ElfWriter.DATA_PA + 0x3F, 1));
    assertEquals(0, memory.read(ElfWriter.DATA_PA + 0x40, 1));
    assertEquals(
        new EntryState(CodeMode.BITS32, 8, ElfWriter.ENTRY, 0, 0x2BADB002L, 0x1000, 0),
        image.entry());
  }

  @Test
  void entryPointMovesWithItsSegmentWhenVirtualAndPhysicalAddressesDiffer() {
    assertEquals(
        ElfWriter.ENTRY, load(ElfWriter.elf64Linked(0xFFFF_FFFF_8000_0000L)).entry().rip());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void symbolsAreFoundByNameAndByAddress(boolean wide) {
    var symbols = load(wide ? ElfWriter.elf64() : ElfWriter.elf32()).symbols();
    assertEquals(Optional.of(ElfWriter.ENTRY), symbols.address("start"));
    assertEquals(0x40, symbols.size("table"));
    assertEquals(Optional.of(0x1234L), symbols.address("stride"));
    assertEquals(Optional.empty(), symbols.address("nothing"));
    assertEquals("start", symbols.at(ElfWriter.ENTRY));
    assertEquals("start+0x5", symbols.at(ElfWriter.ENTRY + 5));
    assertEquals("local+0x1", symbols.at(ElfWriter.DATA_PA + 0x101));
    assertEquals("", symbols.at(0x1234));
    assertEquals("", symbols.at(-1));
  }

  @Test
  void informationBlockTellsMemoryCommandLineAndModules() {
    byte[] initrd = {1, 2, 3, 4, 5};
    load(
        ElfWriter.elf64(),
        BootOptions.defaults()
            .withCommandLine("cpus=4 verbose")
            .withInitrd(file("disk.img", initrd)));
    long info = 0x1000;
    assertEquals(1 | 4 | 8 | 64 | 512, memory.read(info, 4));
    assertEquals(639, memory.read(info + 4, 4));
    assertEquals(7 * 1024, memory.read(info + 8, 4));
    assertEquals("guest.elf cpus=4 verbose", string(memory.read(info + 16, 4)));
    assertEquals("tlbscope", string(memory.read(info + 64, 4)));
    assertEquals(1, memory.read(info + 20, 4));
    long module = memory.read(info + 24, 4);
    long start = memory.read(module, 4);
    assertEquals(0x103000, start);
    assertEquals(5, memory.read(module + 4, 4) - start);
    assertEquals("disk.img", string(memory.read(module + 8, 4)));
    assertEquals(0x0504030201L, memory.read(start, 8));
    long map = memory.read(info + 48, 4);
    assertEquals(4 * 24, memory.read(info + 44, 4));
    assertEquals(20, memory.read(map, 4));
    assertEquals(0x9FC00, memory.read(map + 12, 8));
    assertEquals(0x100000, memory.read(map + 3 * 24 + 4, 8));
    assertEquals(7 << 20, memory.read(map + 3 * 24 + 12, 8));
  }

  @Test
  void headerAddressesPlaceAnImageThatIsNoElf() {
    ByteBuffer image = ByteBuffer.allocate(0x200).order(ByteOrder.LITTLE_ENDIAN);
    int flags = 0x10000;
    image.putInt(0x40, 0x1BADB002).putInt(0x44, flags).putInt(0x48, -(0x1BADB002 + flags));
    image
        .putInt(0x4C, 0x200040)
        .putInt(0x50, 0x200000)
        .putInt(0x54, 0x200100)
        .putInt(0x58, 0x201000)
        .putInt(0x5C, 0x200080);
    image.put(0xFF, (byte) 7).put(0x100, (byte) 8);
    GuestImage guest = load(image.array());
    assertEquals(0x200080, guest.entry().rip());
    assertEquals(7, memory.read(0x2000FF, 1));
    assertEquals(0, memory.read(0x200100, 1));
    assertEquals("", guest.symbols().at(0x200080));
    image.putInt(0x50, 0x200041);
    refused("boot-multiboot-addresses", image.array());
    image.putInt(0x50, 0x200000).putInt(0x5C, 0x300000);
    refused("boot-entry-outside", image.array());
    image.putInt(0x5C, 0x200080).putInt(0x58, -1);
    refused("boot-does-not-fit", image.array());
  }

  @Test
  void entryStateMakesFlatProtectedMode() {
    CpuState s = new CpuState();
    load(ElfWriter.elf32()).entry().applyTo(s);
    assertEquals(ElfWriter.ENTRY, s.rip);
    assertEquals(0x2BADB002L, s.r[0]);
    assertEquals(0x1000, s.r[3]);
    assertTrue(s.protectedMode());
    assertFalse(s.longModeActive());
    assertTrue(s.segments[1].big());
    assertEquals(0xFFFF_FFFFL, s.segments[3].limit);
  }
}
