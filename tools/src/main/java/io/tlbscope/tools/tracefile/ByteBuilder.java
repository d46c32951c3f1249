package io.tlbscope.tools.tracefile;

import java.util.Arrays;

/** A growing array of bytes with the trace's integers: LEB128 varints, zigzag for signed ones. */
final class ByteBuilder {
  private byte[] bytes = new byte[1 << 12];
  private int length;

  void u8(int value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
  }

  /** Unsigned, seven bits a byte, low bits first; 1 to 10 bytes. */
  void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      u8((int) rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    u8((int) rest);
  }

  /** Signed: 0, -1, 1, -2 become 0, 1, 2, 3. */
  void zigzag(long value) {
    varint(value << 1 ^ value >> 63);
  }

  int length() {
    return length;
  }

  /** The bytes so far; starts anew. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, length);
    length = 0;
    return taken;
  }
}
