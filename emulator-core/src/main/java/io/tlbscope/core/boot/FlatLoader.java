package io.tlbscope.core.boot;

import io.tlbscope.core.isa.CodeMode;

/**
 * A flat binary: its bytes at the load address, started in the mode asked for, with a stack below
 * 0x7000.
 */
final class FlatLoader {
  private static final long STACK = 0x7000;
  private static final int TABLES = 6;
  private static final long PAGE = 4096, LARGE_PAGE = 2L << 20;

  /** Present, writable, user; and page size. */
  private static final long TABLE_ENTRY = 7, LARGE_ENTRY = 0x87;

  private FlatLoader() {}

  static EntryState place(ImageBytes file, BootOptions options, Placement placement) {
    long pa = options.loadAddress().orElse(0);
    placement.put(file.name(), pa, file.array());
    long entry = options.entry().orElse(pa);
    if (entry < pa || entry >= pa + file.size()) {
      throw new BootException(
          "boot-entry-outside",
          "the entry point 0x%x is not in %s (0x%x..0x%x)"
              .formatted(entry, file.name(), pa, pa + file.size()),
          "give --entry inside the image");
    }
    return switch (options.mode()) {
      case BITS16 -> realMode(entry);
      case BITS32 -> new EntryState(CodeMode.BITS32, 0x08, entry, STACK, 0, 0, 0);
      case BITS64 -> {
        placement.put("the page tables of 64-bit mode", Placement.PAGE_TABLES, pageTables());
        yield new EntryState(CodeMode.BITS64, 0x08, entry, STACK, 0, 0, Placement.PAGE_TABLES);
      }
    };
  }

  private static EntryState realMode(long entry) {
    if (entry >= Placement.HIGH) {
      throw new BootException(
          "boot-entry-outside",
          "16-bit code at 0x%x".formatted(entry),
          "load it below 1 MiB, or give --mode 32");
    }
    return new EntryState(
        CodeMode.BITS16, (int) (entry >> 4 & 0xF000), entry & 0xFFFF, STACK, 0, 0, 0);
  }

  /** PML4, PDPT and four page directories that map the first 4 GiB to themselves in 2 MiB pages. */
  static byte[] pageTables() {
    TableBuilder tables = new TableBuilder();
    tables.u64(Placement.PAGE_TABLES + PAGE | TABLE_ENTRY).zeros((int) PAGE - 8);
    for (int n = 2; n < TABLES; n++) {
      tables.u64(Placement.PAGE_TABLES + n * PAGE | TABLE_ENTRY);
    }
    tables.zeros((int) (2 * PAGE) - tables.size());
    for (int n = 0; n < 4 * 512; n++) {
      tables.u64(n * LARGE_PAGE | LARGE_ENTRY);
    }
    return tables.build();
  }
}
