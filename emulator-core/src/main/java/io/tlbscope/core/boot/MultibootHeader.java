package io.tlbscope.core.boot;

/**
 * The Multiboot 1 header (specification 3.1) in the first 8 KiB of an image.
 *
 * @param offset where it is in the file
 * @param flags bits 0..15 are demands, bit 16 says that the address fields hold
 */
record MultibootHeader(
    int offset,
    long flags,
    long headerAddress,
    long loadAddress,
    long loadEnd,
    long bssEnd,
    long entry) {
  private static final long MAGIC = 0x1BAD_B002L;
  private static final int SEARCHED = 8192;

  /**
   * Page-aligned modules and memory information; a video mode is only a wish, and there is no
   * screen.
   */
  private static final long KNOWN_DEMANDS = 7;

  private static final int ADDRESSES = 1 << 16;

  /** The image's header, or null. */
  static MultibootHeader find(ImageBytes file) {
    int end = Math.min(file.size(), SEARCHED) - 12;
    for (int at = 0; at <= end; at += 4) {
      long flags = file.u32(at + 4);
      if (file.u32(at) == MAGIC && (int) (MAGIC + flags + file.u32(at + 8)) == 0) {
        return read(file, at, flags);
      }
    }
    return null;
  }

  private static MultibootHeader read(ImageBytes file, int at, long flags) {
    if ((flags & 0xFFFF & ~KNOWN_DEMANDS) != 0) {
      throw new BootException(
          "boot-multiboot-flags",
          "%s demands unknown Multiboot features (flags 0x%x)".formatted(file.name(), flags),
          "bits 3 to 15 of the header's flags must be 0");
    }
    if ((flags & ADDRESSES) == 0) {
      return new MultibootHeader(at, flags, 0, 0, 0, 0, 0);
    }
    return new MultibootHeader(
        at,
        flags,
        file.u32(at + 12),
        file.u32(at + 16),
        file.u32(at + 20),
        file.u32(at + 24),
        file.u32(at + 28));
  }

  boolean hasAddresses() {
    return (flags & ADDRESSES) != 0;
  }
}
