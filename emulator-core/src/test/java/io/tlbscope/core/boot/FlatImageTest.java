package io.tlbscope.core.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.isa.CodeMode;
import org.junit.jupiter.api.Test;

class FlatImageTest extends BootFixture {
  private static final byte[] CODE = {(byte) 0xF4, 1, 2, 3};

  @Test
  void flatImageLandsAtItsLoadAddress() {
    GuestImage image =
        load(CODE, BootOptions.defaults().withFlat(0x200000, 0x200001, CodeMode.BITS32));
    assertEquals(0x030201F4L, memory.read(0x200000, 4));
    assertEquals(0x200001, image.entry().rip());
    assertEquals(GuestImage.Kind.FLAT, image.kind());
  }

  @Test
  void sixteenBitEntryIsSplitIntoSegmentAndOffset() {
    EntryState entry =
        load(CODE, BootOptions.defaults().withFlat(0x17C00, 0x17C00, CodeMode.BITS16)).entry();
    assertEquals(0x1000, entry.cs());
    assertEquals(0x7C00, entry.rip());
    CpuState s = new CpuState();
    entry.applyTo(s);
    assertEquals(0x10000, s.segments[1].base);
  }

  @Test
  void sixtyFourBitEntryHasTheFirstFourGibMapped() {
    EntryState entry =
        load(CODE, BootOptions.defaults().withFlat(0x100000, 0x100000, CodeMode.BITS64)).entry();
    CpuState s = new CpuState();
    entry.applyTo(s);
    assertTrue(s.code64());
    long pdpt = memory.read(s.cr3, 8) & -4096;
    long directory = memory.read(pdpt + 3 * 8, 8) & -4096;
    assertEquals(0xFFE00087L, memory.read(directory + 511 * 8, 8));
    assertEquals(0, memory.read(pdpt + 4 * 8, 8));
  }

  @Test
  void impossibleFlatOptionsAreRefused() {
    refused(
        "boot-does-not-fit",
        CODE,
        BootOptions.defaults().withFlat(8 << 20, 8 << 20, CodeMode.BITS32));
    refused("boot-does-not-fit", CODE, BootOptions.defaults().withFlat(-4, -4, CodeMode.BITS32));
    refused(
        "boot-does-not-fit",
        CODE,
        BootOptions.defaults().withFlat(Long.MAX_VALUE, 0, CodeMode.BITS32));
    refused(
        "boot-entry-outside",
        CODE,
        BootOptions.defaults().withFlat(0x1000, 0x2000, CodeMode.BITS32));
    refused(
        "boot-entry-outside",
        CODE,
        BootOptions.defaults().withFlat(0x200000, 0x200000, CodeMode.BITS16));
    refused(
        "boot-overlap", CODE, BootOptions.defaults().withFlat(0x70000, 0x70000, CodeMode.BITS64));
    refused(
        "boot-flat-initrd",
        CODE,
        BootOptions.defaults()
            .withFlat(0x1000, 0x1000, CodeMode.BITS32)
            .withInitrd(folder.resolve("none")));
  }
}
