package io.tlbscope.core.memory;

import jdk.internal.misc.Unsafe;

/**
 * Locked operations on host memory by absolute host address, indivisible to every other access of
 * the host's threads and sequentially consistent, as LOCK makes them (Intel SDM vol. 3A, 9.1.2).
 *
 * <pre>
 *   aligned, 4 or 8 bytes                       the host's own atomic operation
 *   1 or 2 bytes, or inside an aligned 8 bytes  compare and set of the aligned 8 bytes around it
 *   across an aligned 8-byte border             {@link SplitLock}
 * </pre>
 */
public final class Atomics {
  private static final Unsafe U = Unsafe.getUnsafe();
  private static final int ADD = AtomicKind.ADD.ordinal(),
      EXCHANGE = AtomicKind.EXCHANGE.ordinal(),
      COMPARE_EXCHANGE = AtomicKind.COMPARE_EXCHANGE.ordinal();

  private Atomics() {}

  /** True if {@link #apply} can be asked for: all bytes lie in one aligned quadword. */
  public static boolean inOneWord(long ha, int bytes) {
    return (ha & 7) + bytes <= 8;
  }

  /**
   * Replaces {@code bytes} (1, 2, 4 or 8, inside an aligned quadword) at {@code ha}.
   *
   * @param expected for {@link AtomicKind#COMPARE_EXCHANGE} alone
   * @return what was there, zero-extended
   */
  public static long apply(AtomicKind kind, long ha, int bytes, long expected, long operand) {
    return apply(ha, kind.ordinal(), bytes, expected, operand);
  }

  /**
   * As {@link #apply(AtomicKind, long, int, long, long)}, for translated code: with a constant kind
   * and width nothing but the one operation is left of it.
   *
   * @param kind an ordinal
   */
  public static long apply(long ha, int kind, int bytes, long expected, long operand) {
    if (bytes == 8) {
      if (kind == ADD) {
        return U.getAndAddLong(null, ha, operand);
      } else if (kind == EXCHANGE) {
        return U.getAndSetLong(null, ha, operand);
      } else if (kind == COMPARE_EXCHANGE) {
        return U.compareAndExchangeLong(null, ha, expected, operand);
      }
    } else if (bytes == 4 && (ha & 3) == 0) {
      if (kind == ADD) {
        return U.getAndAddInt(null, ha, (int) operand) & 0xFFFF_FFFFL;
      } else if (kind == EXCHANGE) {
        return U.getAndSetInt(null, ha, (int) operand) & 0xFFFF_FFFFL;
      } else if (kind == COMPARE_EXCHANGE) {
        return U.compareAndExchangeInt(null, ha, (int) expected, (int) operand) & 0xFFFF_FFFFL;
      }
    }
    return inWord(AtomicKind.of(kind), ha, bytes, expected, operand);
  }

  private static long inWord(AtomicKind kind, long ha, int bytes, long expected, long operand) {
    long wordHa = ha & -8;
    int shift = 8 * (int) (ha & 7);
    long mask = -1L >>> 64 - 8 * bytes;
    while (true) {
      long word = U.getLongVolatile(null, wordHa);
      long old = word >>> shift & mask;
      long changed = kind.apply(old, expected, operand, mask) & mask;
      if (U.compareAndSetLong(null, wordHa, word, word & ~(mask << shift) | changed << shift)) {
        return old;
      }
    }
  }

  /** The same in plain steps, for a world that stands still. */
  static long unlocked(AtomicKind kind, long ha, int bytes, long expected, long operand) {
    long mask = -1L >>> 64 - 8 * bytes;
    long old = 0;
    for (int i = 0; i < bytes; i++) {
      old |= (HostMemory.getByte(ha + i) & 0xFFL) << 8 * i;
    }
    long changed = kind.apply(old, expected, operand, mask);
    for (int i = 0; i < bytes; i++) {
      HostMemory.putByte(ha + i, (byte) (changed >>> 8 * i));
    }
    return old;
  }

  /** {@link SplitLock#compareExchange128} in plain steps, for a world that stands still. */
  static boolean unlocked128(long ha, long[] values) {
    long low = HostMemory.getLong(ha);
    long high = HostMemory.getLong(ha + 8);
    boolean equal = low == values[0] && high == values[1];
    if (equal) {
      HostMemory.putLong(ha, values[2]);
      HostMemory.putLong(ha + 8, values[3]);
    }
    values[0] = low;
    values[1] = high;
    return equal;
  }
}
