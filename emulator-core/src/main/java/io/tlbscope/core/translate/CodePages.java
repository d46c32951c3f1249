package io.tlbscope.core.translate;

import io.tlbscope.core.memory.PhysicalMemory;
import io.tlbscope.core.mmu.Mmu;
import java.util.Arrays;
import java.util.List;

/** The code pages of a region that is being built: where they are, and their bytes. */
final class CodePages {
  static final int PAGE = 4096;
  static final int MOST = 31;
  private static final int LONGEST_INSTRUCTION = 15;

  private final Mmu mmu;
  private final PhysicalMemory memory;
  private long[] va = new long[4];
  private long[] pa = new long[4];
  private byte[][] bytes = new byte[4][];
  private int count;

  CodePages(Mmu mmu, PhysicalMemory memory) {
    this.mmu = mmu;
    this.memory = memory;
  }

  /** Linear addresses of the pages, in order of their bits. */
  long[] vas() {
    return Arrays.copyOf(va, count);
  }

  long[] pas() {
    return Arrays.copyOf(pa, count);
  }

  /** Number of the page of {@code linear}, or -1 when it cannot be had without side effects. */
  private int find(long linear) {
    long page = linear & -PAGE;
    for (int i = 0; i < count; i++) {
      if (va[i] == page) {
        return i;
      }
    }
    long where = mmu.fetchedPage(page);
    // A page without the interpreter's mark is not ours to mark: see Region.compare.
    if (where < 0
        || !memory.isRam(where)
        || (memory.flags(where) & PhysicalMemory.CODE) == 0
        || count == MOST) {
      return -1;
    }
    if (count == va.length) {
      va = Arrays.copyOf(va, 2 * count);
      pa = Arrays.copyOf(pa, 2 * count);
      bytes = Arrays.copyOf(bytes, 2 * count);
    }
    va[count] = page;
    pa[count] = where & -PAGE;
    bytes[count] = new byte[PAGE];
    memory.read(pa[count], bytes[count], 0, PAGE);
    return count++;
  }

  /**
   * Bytes from {@code linear} on to the page's end; null if not known.
   *
   * @param across some of the next page's too, for an instruction that crosses into it
   */
  byte[] from(long linear, boolean across) {
    int here = find(linear);
    if (here < 0) {
      return null;
    }
    byte[] rest = Arrays.copyOfRange(bytes[here], (int) (linear & PAGE - 1), PAGE);
    if (!across) {
      return rest;
    }
    int next = find(linear + rest.length);
    if (next < 0) {
      return null;
    }
    byte[] joined = Arrays.copyOf(rest, rest.length + LONGEST_INSTRUCTION);
    System.arraycopy(bytes[next], 0, joined, rest.length, LONGEST_INSTRUCTION);
    return joined;
  }

  /** Bits of the pages that {@code length} bytes at {@code linear} lie in. */
  int bits(long linear, int length) {
    int first = find(linear);
    int last = find(linear + Math.max(length - 1, 0));
    return 1 << first | 1 << last;
  }

  /** Appends the {@code length} bytes at {@code linear}, whose pages are known. */
  void pieces(long linear, int length, List<Region.Piece> into) {
    for (int at = 0; at < length; ) {
      int page = find(linear + at);
      int offset = (int) (linear + at & PAGE - 1);
      int part = Math.min(length - at, PAGE - offset);
      into.add(
          new Region.Piece(page, offset, Arrays.copyOfRange(bytes[page], offset, offset + part)));
      at += part;
    }
  }
}
