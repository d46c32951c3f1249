package io.tlbscope.core.interpret;

/**
 * Unsigned 128 by 64 bit division (Knuth, The Art of Computer Programming, vol. 2, 4.3.1, algorithm
 * D, base 2^32).
 */
final class Divide128 {
  private static final long LOW = 0xFFFF_FFFFL;

  private Divide128() {}

  /** Quotient of high:low by divisor; high is below divisor, all unsigned. */
  static long quotient(long high, long low, long divisor) {
    int shift = Long.numberOfLeadingZeros(divisor);
    long v = divisor << shift;
    long u = shift == 0 ? high : high << shift | low >>> 64 - shift;
    long rest = low << shift;
    long q1 = digit(u, rest >>> 32, v);
    long u1 = (u << 32 | rest >>> 32) - q1 * v;
    long q0 = digit(u1, rest & LOW, v);
    return (q1 << 32) + q0;
  }

  /** One base-2^32 digit of (u * 2^32 + next) / v, v normalised. */
  private static long digit(long u, long next, long v) {
    long top = v >>> 32;
    long q = Long.divideUnsigned(u, top);
    long r = u - q * top;
    while (q > LOW || Long.compareUnsigned(q * (v & LOW), r << 32 | next) > 0) {
      q--;
      r += top;
      if (r > LOW) {
        break;
      }
    }
    return q;
  }
}
