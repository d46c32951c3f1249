package io.tlbscope.tools.vectors;

/**
 * A small stream of random numbers: SplitMix64, so that any vector can be made without the others.
 */
final class Dice {
  private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

  private long state;

  Dice(long seed, long index) {
    state = mix(seed * STEP + mix(index + STEP));
  }

  private static long mix(long x) {
    long y = (x ^ x >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    long z = (y ^ y >>> 27) * 0x94D0_49BB_1331_11EBL;
    return z ^ z >>> 31;
  }

  long next() {
    state += STEP;
    return mix(state);
  }

  /** 0 to {@code limit} - 1. */
  int below(int limit) {
    return (int) ((next() >>> 32) * limit >>> 32);
  }

  /** True once in {@code n} times. */
  boolean once(int n) {
    return below(n) == 0;
  }
}
