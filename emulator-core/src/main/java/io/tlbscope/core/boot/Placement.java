package io.tlbscope.core.boot;

import io.tlbscope.core.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts things into RAM below 4 GiB and refuses what does not fit or overlaps.
 *
 * <pre>
 *   0x00000000 +--------------------------------------------------------+
 *              | real-mode vectors and BIOS data, zero                  |
 *   0x00001000 +--------------------------------------------------------+ INFO
 *              | Multiboot information, memory map, module list, strings|
 *   0x00008000 +--------------------------------------------------------+ INFO_END
 *              | free: AP trampolines                                   |
 *   0x00070000 +--------------------------------------------------------+ PAGE_TABLES
 *              | 6 pages of tables, for flat 64-bit images alone        |
 *   0x00076000 +--------------------------------------------------------+
 *              | free                                                   |
 *   0x0009FC00 +--------------------------------------------------------+ LOW_END
 *              | reserved; no EBDA is announced                         |
 *   0x000E0000 +--------------------------------------------------------+ ACPI
 *              | RSDP, RSDT, XSDT, FACS, FADT, DSDT, MADT               |
 *   0x000F0000 +--------------------------------------------------------+ MP
 *              | MP floating pointer, MP configuration table            |
 *   0x000F8000 +--------------------------------------------------------+ TABLES_END
 *              | free: where linkers put the ELF header of a 1 MiB image|
 *   0x00100000 +--------------------------------------------------------+ HIGH
 *              | image, then the initrd on the next page                |
 *              +--------------------------------------------------------+ min(RAM, 3 GiB)
 * </pre>
 */
final class Placement {
  static final long INFO = 0x1000,
      INFO_END = 0x8000,
      PAGE_TABLES = 0x70000,
      LOW_END = 0x9FC00,
      ACPI = 0xE0000,
      MP = 0xF0000,
      TABLES_END = 0xF8000,
      HIGH = 0x100000;

  private record Claim(String what, long from, long to) {}

  private final PhysicalMemory memory;
  private final long end;
  private final List<Claim> claims = new ArrayList<>();

  Placement(PhysicalMemory memory) {
    this.memory = memory;
    this.end = MemoryMap.lowEnd(memory);
  }

  /** First pa behind the RAM below the hole. */
  long end() {
    return end;
  }

  /** Highest end of what has been claimed. */
  long claimedEnd() {
    return claims.stream().mapToLong(Claim::to).max().orElse(0);
  }

  boolean free(long pa, long bytes) {
    return claims.stream().noneMatch(claim -> pa < claim.to && claim.from < pa + bytes);
  }

  /** Reserves a range; {@code bytes} is unsigned. */
  void claim(String what, long pa, long bytes) {
    if (pa < 0 || bytes < 0 || pa > end || bytes > end - pa) {
      throw new BootException(
          "boot-does-not-fit",
          "%s needs 0x%s bytes at 0x%s, and RAM ends at 0x%x"
              .formatted(what, Long.toHexString(bytes), Long.toHexString(pa), end),
          "give the guest more --memory, or link it lower");
    }
    for (Claim claim : claims) {
      if (pa < claim.to && claim.from < pa + bytes) {
        throw new BootException(
            "boot-overlap",
            "%s (0x%x..0x%x) overlaps %s (0x%x..0x%x)"
                .formatted(what, pa, pa + bytes, claim.what, claim.from, claim.to),
            "link the guest elsewhere, at 1 MiB or above");
      }
    }
    claims.add(new Claim(what, pa, pa + bytes));
  }

  /**
   * Claims a range and fills its first {@code length} bytes; the rest is zero because RAM is fresh.
   */
  void put(String what, long pa, long bytes, byte[] data, int offset, int length) {
    claim(what, pa, bytes);
    if (length > 0) {
      memory.write(pa, data, offset, length);
    }
  }

  void put(String what, long pa, byte[] data) {
    put(what, pa, data.length, data, 0, data.length);
  }
}
