package io.tlbscope.core.vcpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A word of bits that other threads set, in cache lines of its own: next to what its owner writes
 * all the time, every change would cost both sides several misses. It lies in the middle of an
 * array, which its user holds itself, so that asking for it costs no further step.
 */
final class SharedBits {
  /** Ints of two cache lines, which processors fetch in pairs. */
  private static final int APART = 32;

  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  private SharedBits() {}

  static int[] create() {
    return new int[2 * APART];
  }

  /** The bits, and sees all that was written before they were set. */
  static int get(int[] bits) {
    return (int) INTS.getAcquire(bits, APART);
  }

  static void set(int[] bits, int which) {
    INTS.getAndBitwiseOr(bits, APART, which);
  }

  static void clear(int[] bits, int which) {
    INTS.getAndBitwiseAnd(bits, APART, ~which);
  }
}
