package io.tlbscope.core.isa;

/**
 * Reads an instruction's bytes. Running out is remembered, not thrown: {@link #exhausted} is asked
 * once at the end.
 */
final class ByteCursor {
  /** Longest instruction (Intel SDM vol. 2A, 2.3.11). */
  static final int MAXIMUM = 15;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private int at;
  private boolean exhausted;

  ByteCursor(byte[] bytes, int offset, int available) {
    this.bytes = bytes;
    this.start = offset;
    this.at = offset;
    this.end = offset + Math.clamp(Math.min(available, bytes.length - offset), 0, MAXIMUM);
  }

  int next() {
    if (at == end) {
      exhausted = true;
      return 0;
    }
    return bytes[at++] & 0xFF;
  }

  /** The next byte without taking it, 0 when there is none. */
  int peek() {
    return at == end ? 0 : bytes[at] & 0xFF;
  }

  /** A little-endian number of 8, 16, 32 or 64 bits, sign-extended. */
  long signed(int bits) {
    long value = unsigned(bits);
    return value << 64 - bits >> 64 - bits;
  }

  /** A little-endian number of 8, 16, 32 or 64 bits, zero-extended. */
  long unsigned(int bits) {
    long value = 0;
    for (int shift = 0; shift < bits; shift += 8) {
      value |= (long) next() << shift;
    }
    return value;
  }

  int taken() {
    return at - start;
  }

  /** A byte was wanted that was not there. */
  boolean exhausted() {
    return exhausted;
  }

  /** What running out means: too long when 15 bytes were there, else truncated. */
  Undecoded shortage() {
    return Undecoded.of(
        end - start == MAXIMUM ? Undecoded.Kind.TOO_LONG : Undecoded.Kind.TRUNCATED, end - start);
  }
}
