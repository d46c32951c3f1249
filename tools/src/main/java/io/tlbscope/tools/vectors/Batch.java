package io.tlbscope.tools.vectors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file that both sides map: pages of data, records in, records out. */
final class Batch {
  static final int RECORDS = 1024;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final long OUT = Place.WRITABLE + (long) RECORDS * Place.IN_BYTES;
  private static final long BYTES = OUT + (long) RECORDS * Place.OUT_BYTES;

  private final MemorySegment all;

  Batch(Path file, Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      all = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
    }
  }

  void memory(long[] pages) {
    MemorySegment.copy(pages, 0, all, LONG, 0, pages.length);
  }

  void put(int n, Vector v) {
    long at = Place.WRITABLE + (long) n * Place.IN_BYTES;
    MemorySegment.copy(v.code, 0, all, ValueLayout.JAVA_BYTE, at, v.code.length);
    all.set(INT, at + Place.IN_LENGTH, v.length);
    all.set(INT, at + Place.IN_OFFSET, v.offset);
    MemorySegment.copy(v.reg, 0, all, LONG, at + Place.REGISTERS, 16);
    all.set(LONG, at + Place.FLAGS, v.flags);
    long state = at + Place.STATE;
    all.set(LONG, state + Place.FCW, v.fcw | (long) v.fsw << 16 | (long) v.used << 32);
    MemorySegment.copy(v.st, 0, all, LONG, state + Place.ST, 16);
    all.set(INT, state + Place.MXCSR, v.mxcsr);
    MemorySegment.copy(v.xmm, 0, all, LONG, state + Place.XMM, 32);
    all.set(LONG, state + Place.HEADER, 7);
    MemorySegment.copy(v.ymm, 0, all, LONG, state + Place.YMM, 32);
  }

  /** A quadword of the record that came out. */
  long outLong(int n, int offset) {
    return all.get(LONG, OUT + (long) n * Place.OUT_BYTES + offset);
  }

  int outInt(int n, int offset) {
    return all.get(INT, OUT + (long) n * Place.OUT_BYTES + offset);
  }

  int outByte(int n, int offset) {
    return all.get(ValueLayout.JAVA_BYTE, OUT + (long) n * Place.OUT_BYTES + offset) & 0xFF;
  }
}
