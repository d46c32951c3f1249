package io.tlbscope.core.memory;

import java.util.Arrays;

/**
 * Stores in the order in which they are made, with what was there before, so that they can be
 * undone, compared and made again. By host address; of one thread.
 */
public final class StoreLog {
  private long[] addresses = new long[64];
  private long[] olds = new long[64];
  private byte[] sizes = new byte[64];
  private int count;

  /** A store of {@code bytes} (1, 2, 4 or 8) at {@code ha} is about to be made. */
  public void add(long ha, int bytes) {
    if (count == addresses.length) {
      addresses = Arrays.copyOf(addresses, 2 * count);
      olds = Arrays.copyOf(olds, 2 * count);
      sizes = Arrays.copyOf(sizes, 2 * count);
    }
    addresses[count] = ha;
    sizes[count] = (byte) bytes;
    olds[count++] = read(ha, bytes);
  }

  public int count() {
    return count;
  }

  /** Host address of store {@code n}. */
  public long ha(int n) {
    return addresses[n];
  }

  public int bytes(int n) {
    return sizes[n];
  }

  /** What store {@code n} replaced, zero-extended. */
  public long old(int n) {
    return olds[n];
  }

  /** What memory holds now where the stores went, zero-extended, in their order. */
  public long[] now() {
    long[] values = new long[count];
    for (int n = 0; n < count; n++) {
      values[n] = read(addresses[n], sizes[n]);
    }
    return values;
  }

  /** Memory as before the first store. */
  public void undo() {
    for (int n = count - 1; n >= 0; n--) {
      write(addresses[n], sizes[n], olds[n]);
    }
  }

  /** Memory as it was when {@link #now} gave {@code values}. */
  public void redo(long[] values) {
    for (int n = 0; n < count; n++) {
      write(addresses[n], sizes[n], values[n]);
    }
  }

  public void clear() {
    count = 0;
  }

  private static long read(long ha, int bytes) {
    return switch (bytes) {
      case 1 -> HostMemory.getByte(ha) & 0xFFL;
      case 2 -> HostMemory.getShort(ha) & 0xFFFFL;
      case 4 -> HostMemory.getInt(ha) & 0xFFFF_FFFFL;
      default -> HostMemory.getLong(ha);
    };
  }

  private static void write(long ha, int bytes, long value) {
    switch (bytes) {
      case 1 -> HostMemory.putByte(ha, (byte) value);
      case 2 -> HostMemory.putShort(ha, (short) value);
      case 4 -> HostMemory.putInt(ha, (int) value);
      default -> HostMemory.putLong(ha, value);
    }
  }
}
