package io.tlbscope.apic;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * 256 bits, one a vector: the shape of IRR, ISR and TMR (Intel SDM vol. 3A, 11.8.4).
 *
 * <pre>
 *  255 ........ 224 | ... | 63 .. 32 | 31 .. 16 | 15 ... 0
 *      register 7         register 1   register 0  (reserved)
 * </pre>
 */
final class VectorSet implements Stateful {
  private final long[] words = new long[4];

  boolean get(int vector) {
    return (words[vector >> 6] >>> vector & 1) != 0;
  }

  void set(int vector) {
    words[vector >> 6] |= 1L << vector;
  }

  void clear(int vector) {
    words[vector >> 6] &= ~(1L << vector);
  }

  void set(int vector, boolean value) {
    if (value) {
      set(vector);
    } else {
      clear(vector);
    }
  }

  void clear() {
    java.util.Arrays.fill(words, 0);
  }

  /** Highest vector in the set, or -1. */
  int highest() {
    for (int i = 3; i >= 0; i--) {
      if (words[i] != 0) {
        return i * 64 + 63 - Long.numberOfLeadingZeros(words[i]);
      }
    }
    return -1;
  }

  /** 32-bit register 0..7. */
  int register(int n) {
    return (int) (words[n >> 1] >>> (n & 1) * 32);
  }

  /** The vectors, for people. */
  @Override
  public String toString() {
    java.util.BitSet vectors = java.util.BitSet.valueOf(words);
    return vectors.isEmpty()
        ? "none"
        : vectors.stream()
            .mapToObj("%02x"::formatted)
            .collect(java.util.stream.Collectors.joining(" "));
  }

  @Override
  public void save(StateWriter to) {
    to.putLongs(words);
  }

  @Override
  public void load(StateReader from) {
    from.getLongs(words);
  }
}
