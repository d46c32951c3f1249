package io.tlbscope.core.boot;

import java.util.ArrayList;
import java.util.List;

/**
 * A strict reader of little-endian x86 ELF executables, 32 and 64 bits: what a loader and a symbol
 * table need. Every offset and count is checked before it is used, and nothing is allocated by a
 * size that the file only claims.
 */
final class ElfImage {
  private static final int ET_EXEC = 2,
      EM_386 = 3,
      EM_X86_64 = 62,
      PT_LOAD = 1,
      PT_NOTE = 4,
      SHT_SYMTAB = 2,
      SHT_STRTAB = 3;

  /** Xen's note with the entry point of the PVH protocol. */
  private static final int XEN_ELFNOTE_PHYS32_ENTRY = 18;

  /** No kernel has more; without a bound, 65,535 headers that overlap cost minutes. */
  private static final int MOST_PROGRAM_HEADERS = 256;

  private final ImageBytes file;
  private final boolean wide;
  private final List<Segment> segments = new ArrayList<>();

  /** A PT_LOAD segment; {@code index} is its program header's. */
  record Segment(int index, long offset, long va, long pa, long fileSize, long memorySize) {}

  /**
   * A symbol of the symbol table; {@code absolute} for SHN_ABS, {@code global} for STB_GLOBAL and
   * STB_WEAK.
   */
  record Symbol(String name, long value, long size, int type, boolean absolute, boolean global) {}

  private ElfImage(ImageBytes file) {
    this.file = file;
    this.wide = file.u8(4) == 2;
  }

  static boolean recognised(ImageBytes file) {
    return file.size() >= 4 && file.u32(0) == 0x464C_457FL;
  }

  /** Checks the header and reads the program headers. */
  static ElfImage parse(ImageBytes file) {
    int elfClass = file.u8(4);
    if (elfClass != 1 && elfClass != 2 || file.u8(5) != 1) {
      throw new BootException(
          "boot-elf-class",
          file.name() + " is neither a 32-bit nor a 64-bit little-endian ELF file",
          "build it for x86");
    }
    int machine = file.u16(18);
    if (machine != EM_386 && machine != EM_X86_64) {
      throw new BootException(
          "boot-elf-machine",
          file.name() + " is an ELF file for machine " + machine + ", not for x86",
          "build it for x86");
    }
    if (file.u16(16) != ET_EXEC) {
      throw new BootException(
          "boot-elf-type",
          file.name() + " is an ELF file of type " + file.u16(16) + ", not an executable",
          "link it with -static and without -pie");
    }
    ElfImage elf = new ElfImage(file);
    elf.programHeaders();
    return elf;
  }

  List<Segment> segments() {
    return segments;
  }

  long entry() {
    return wide ? file.u64(24) : file.u32(24);
  }

  private void programHeaders() {
    long table = wide ? file.u64(32) : file.u32(28);
    int size = file.u16(wide ? 54 : 42);
    int count = file.u16(wide ? 56 : 44);
    int needed = wide ? 56 : 32;
    if (count > 0 && size < needed) {
      throw damaged("program headers of " + size + " bytes, " + needed + " are needed");
    }
    if (count > MOST_PROGRAM_HEADERS) {
      throw damaged(count + " program headers");
    }
    checkTable("program", table, count, size);
    for (int n = 0; n < count; n++) {
      long at = table + (long) n * size;
      if (file.u32(at) == PT_LOAD) {
        Segment segment =
            wide
                ? new Segment(
                    n,
                    file.u64(at + 8),
                    file.u64(at + 16),
                    file.u64(at + 24),
                    file.u64(at + 32),
                    file.u64(at + 40))
                : new Segment(
                    n,
                    file.u32(at + 4),
                    file.u32(at + 8),
                    file.u32(at + 12),
                    file.u32(at + 16),
                    file.u32(at + 20));
        check(segment);
        if (segment.memorySize != 0) {
          segments.add(segment);
        }
      }
    }
  }

  private void checkTable(String what, long offset, int count, int size) {
    if (!file.contains(offset, (long) count * size)) {
      throw truncated("%d %s headers are at 0x%x".formatted(count, what, offset));
    }
  }

  private BootException truncated(String cause) {
    return new BootException(
        "boot-truncated",
        "%s ends at 0x%x, but %s".formatted(file.name(), file.size(), cause),
        "the file is damaged or cut off, build or copy it again");
  }

  private void check(Segment segment) {
    if (Long.compareUnsigned(segment.fileSize, segment.memorySize) > 0) {
      throw damaged(
          "segment %d has more bytes in the file (0x%x) than in memory (0x%x)"
              .formatted(segment.index, segment.fileSize, segment.memorySize));
    }
    if (!file.contains(segment.offset, segment.fileSize)) {
      throw truncated(
          "segment %d has 0x%x bytes at 0x%x"
              .formatted(segment.index, segment.fileSize, segment.offset));
    }
  }

  /** Pa of the PVH entry point in Xen's note, or -1. */
  long pvhEntry() {
    long table = wide ? file.u64(32) : file.u32(28);
    int size = file.u16(wide ? 54 : 42);
    int count = file.u16(wide ? 56 : 44);
    for (int n = 0; n < count; n++) {
      long at = table + (long) n * size;
      if (file.u32(at) == PT_NOTE) {
        long from = wide ? file.u64(at + 8) : file.u32(at + 4);
        long length = wide ? file.u64(at + 32) : file.u32(at + 16);
        long entry = file.contains(from, length) ? pvhEntry(from, from + length) : -1;
        if (entry >= 0) {
          return entry;
        }
      }
    }
    return -1;
  }

  private long pvhEntry(long from, long to) {
    long at = from;
    while (at + 12 <= to) {
      long nameSize = file.u32(at);
      long valueSize = file.u32(at + 4);
      boolean xen = nameSize == 4 && at + 16 <= to && file.u32(at + 12) == 0x006E_6558L;
      if (xen && file.u32(at + 8) == XEN_ELFNOTE_PHYS32_ENTRY) {
        return file.u32(at + 16);
      }
      // Both sizes are 32-bit values in a long: the step is at least 12, so a loop cannot form.
      at += 12 + (nameSize + 3 & ~3L) + (valueSize + 3 & ~3L);
    }
    return -1;
  }

  /** Named symbols of the symbol table; a damaged table is an error, an absent one is not. */
  List<Symbol> symbols() {
    List<Symbol> symbols = new ArrayList<>();
    long table = wide ? file.u64(40) : file.u32(32);
    int size = file.u16(wide ? 58 : 46);
    int count = file.u16(wide ? 60 : 48);
    if (table == 0 || count == 0) {
      return symbols;
    }
    if (size < (wide ? 64 : 40)) {
      throw damaged("section headers of " + size + " bytes");
    }
    checkTable("section", table, count, size);
    for (int n = 0; n < count; n++) {
      long at = table + (long) n * size;
      if (file.u32(at + 4) == SHT_SYMTAB) {
        long link = file.u32(at + (wide ? 40 : 24));
        if (link >= count || file.u32(table + link * size + 4) != SHT_STRTAB) {
          throw damaged("symbol table " + n + " without a string table");
        }
        readSymbols(at, table + link * size, symbols);
        // The ABI allows one symbol table; more of them could name the whole file again and again.
        return symbols;
      }
    }
    return symbols;
  }

  private long sectionOffset(long header) {
    return wide ? file.u64(header + 24) : file.u32(header + 16);
  }

  private long sectionSize(long header) {
    return wide ? file.u64(header + 32) : file.u32(header + 20);
  }

  private void readSymbols(long header, long stringsHeader, List<Symbol> symbols) {
    int entry = wide ? 24 : 16;
    long from = sectionOffset(header);
    long length = sectionSize(header);
    long strings = sectionOffset(stringsHeader);
    long stringsSize = sectionSize(stringsHeader);
    if (!file.contains(from, length) || !file.contains(strings, stringsSize)) {
      throw damaged("a symbol or string table outside the file");
    }
    // Names may share their ends, but not so much that they outgrow the file.
    long characters = 4L * file.size() + 4096;
    for (long at = from; at + entry <= from + length; at += entry) {
      long name = file.u32(at);
      int info = file.u8(at + (wide ? 4 : 12));
      int section = file.u16(at + (wide ? 6 : 14));
      if (name != 0 && name < stringsSize && section != 0) {
        String text = file.string(strings + name, strings + stringsSize);
        characters -= text.length();
        if (characters < 0) {
          throw damaged("symbol names that do not end");
        }
        long value = wide ? file.u64(at + 8) : file.u32(at + 4);
        long size = wide ? file.u64(at + 16) : file.u32(at + 8);
        symbols.add(new Symbol(text, value, size, info & 15, section == 0xFFF1, info >> 4 != 0));
      }
    }
  }

  private BootException damaged(String cause) {
    return new BootException(
        "boot-elf-damaged",
        file.name() + " is a damaged ELF file (" + cause + ")",
        "build it again");
  }
}
