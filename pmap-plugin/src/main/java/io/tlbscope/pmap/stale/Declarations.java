package io.tlbscope.pmap.stale;

import io.tlbscope.core.hook.PhysicalAccess;

/**
 * What a guest tells the sanitizer by plain stores to variables of its own: that a frame is given a
 * new use, and that it believes a range to be flushed everywhere.
 *
 * <pre>
 *   frame reused   uint64: physical address of the 4 KiB frame
 *   flush done     uint64[3]: top table (0: every address space), first address, end address; the store to the last one counts
 * </pre>
 *
 * @param reused physical address of the first variable, -1 where the guest has none
 * @param flushed physical address of the second one, -1 where it has none
 */
public record Declarations(long reused, long flushed) {
  static final int ROOT = 0, START = 8, END = 16;

  void watch(PhysicalAccess memory) {
    if (reused != -1) {
      memory.watch(reused, false, true);
    }
    if (flushed != -1) {
      memory.watch(flushed, false, true);
      if ((flushed & ~0xFFFL) != (flushed + END & ~0xFFFL)) {
        memory.watch(flushed + END, false, true);
      }
    }
  }

  boolean isReuse(long pa) {
    return reused != -1 && pa == reused;
  }

  boolean isFlush(long pa) {
    return flushed != -1 && pa == flushed + END;
  }
}
