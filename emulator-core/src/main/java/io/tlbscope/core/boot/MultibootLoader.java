package io.tlbscope.core.boot;

import io.tlbscope.core.plugin.NoSymbols;
import io.tlbscope.core.plugin.PluginContext;

/**
 * Places a Multiboot image: by its ELF program headers, or by the addresses in the Multiboot
 * header.
 */
final class MultibootLoader {
  private final ImageBytes file;
  private final MultibootHeader header;
  private final Placement placement;

  MultibootLoader(ImageBytes file, MultibootHeader header, Placement placement) {
    this.file = file;
    this.header = header;
    this.placement = placement;
  }

  /** Places the image and returns the entry point's pa. */
  long place() {
    return header.hasAddresses() ? placeByAddresses() : placeElf(ElfImage.parse(elf()));
  }

  PluginContext.Symbols symbols() {
    return ElfImage.recognised(file)
        ? new ElfSymbols(ElfImage.parse(file).symbols())
        : new NoSymbols();
  }

  private ImageBytes elf() {
    if (!ElfImage.recognised(file)) {
      throw new BootException(
          "boot-multiboot-addresses",
          file.name() + " is no ELF file and its Multiboot header has no addresses",
          "set bit 16 of the header's flags and its address fields, or link it as ELF");
    }
    return file;
  }

  private long placeElf(ElfImage elf) {
    placeSegments(file, elf, placement);
    long entry = -1;
    for (ElfImage.Segment segment : elf.segments()) {
      // The entry point is a virtual address; where both differ it moves with its segment.
      long inside = elf.entry() - segment.va();
      if (Long.compareUnsigned(inside, segment.memorySize()) < 0) {
        entry = segment.pa() + inside;
      }
    }
    for (ElfImage.Segment segment : elf.segments()) {
      if (entry < 0 && Long.compareUnsigned(elf.entry() - segment.pa(), segment.memorySize()) < 0) {
        entry = elf.entry();
      }
    }
    return entry < 0 ? outside(elf.entry()) : entry;
  }

  /** Puts all segments at their physical addresses. */
  static void placeSegments(ImageBytes file, ElfImage elf, Placement placement) {
    if (elf.segments().isEmpty()) {
      throw new BootException(
          "boot-elf-empty",
          file.name() + " has no loadable segment",
          "link it with a linker script");
    }
    for (ElfImage.Segment segment : elf.segments()) {
      placement.put(
          "segment " + segment.index() + " of " + file.name(),
          segment.pa(),
          segment.memorySize(),
          file.array(),
          (int) segment.offset(),
          (int) segment.fileSize());
    }
  }

  private long outside(long entry) {
    throw new BootException(
        "boot-entry-outside",
        "the entry point 0x%x of %s is in none of its segments".formatted(entry, file.name()),
        "set it with ENTRY() in the linker script");
  }

  /**
   * Specification 3.1.3: the file's bytes around the header go to load_addr; zeros up to
   * bss_end_addr.
   */
  private long placeByAddresses() {
    long from = header.offset() - (header.headerAddress() - header.loadAddress());
    long bytes =
        header.loadEnd() == 0 ? file.size() - from : header.loadEnd() - header.loadAddress();
    if (header.headerAddress() < header.loadAddress() || !file.contains(from, bytes)) {
      throw new BootException(
          "boot-multiboot-addresses",
          "the address fields in the Multiboot header of %s do not fit its %d bytes"
              .formatted(file.name(), file.size()),
          "correct header_addr, load_addr and load_end_addr");
    }
    long end = Math.max(header.bssEnd(), header.loadAddress() + bytes);
    placement.put(
        file.name(),
        header.loadAddress(),
        end - header.loadAddress(),
        file.array(),
        (int) from,
        (int) bytes);
    if (header.entry() < header.loadAddress() || header.entry() >= end) {
      outside(header.entry());
    }
    return header.entry();
  }
}
