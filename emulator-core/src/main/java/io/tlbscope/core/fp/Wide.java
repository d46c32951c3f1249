package io.tlbscope.core.fp;

/** Unsigned integers of 128 bits, as far as significands need them. */
final class Wide {
  private static final long LOW = 0xFFFF_FFFFL;

  private Wide() {}

  /** high:low / d, for high &lt; d and d with its highest bit set (Knuth vol. 2, 4.3.1). */
  static long divide(long high, long low, long d) {
    long upper = digit(high, low >>> 32, d);
    long rest = (high << 32 | low >>> 32) - upper * d;
    return upper << 32 | digit(rest, low & LOW, d);
  }

  private static long digit(long high, long next, long d) {
    long top = d >>> 32;
    long q = Long.divideUnsigned(high, top);
    long r = high - q * top;
    while (q > LOW || Long.compareUnsigned(q * (d & LOW), r << 32 | next) > 0) {
      q--;
      r += top;
      if (r > LOW) {
        break;
      }
    }
    return q;
  }

  /** high:low mod d, conditions as for {@link #divide}. */
  static long remainder(long high, long low, long d) {
    return low - divide(high, low, d) * d;
  }

  /** Integer part of the root of high:low, whose high quadword is at least 2^62. */
  static long squareRoot(long high, long low) {
    double value = (high >>> 1) * 2.0 + (high & 1);
    long upper = (long) Math.sqrt(value);
    while (upper > LOW || Long.compareUnsigned(upper * upper, high) > 0) {
      upper--;
    }
    while (upper < LOW && Long.compareUnsigned((upper + 1) * (upper + 1), high) <= 0) {
      upper++;
    }
    double rest = (high - upper * upper) * 4294967296.0 + (low >>> 32);
    long estimate = Math.min((long) (rest / (2.0 * upper)), LOW);
    long root = (upper << 32) + estimate;
    while (above(root, high, low)) {
      root--;
    }
    while (root != -1 && !above(root + 1, high, low)) {
      root++;
    }
    return root;
  }

  private static boolean above(long root, long high, long low) {
    long squareHigh = Math.unsignedMultiplyHigh(root, root);
    int order = Long.compareUnsigned(squareHigh, high);
    return order > 0 || order == 0 && Long.compareUnsigned(root * root, low) > 0;
  }
}
