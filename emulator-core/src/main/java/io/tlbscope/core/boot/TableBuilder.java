package io.tlbscope.core.boot;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing little-endian table. */
final class TableBuilder {
  private byte[] bytes = new byte[256];
  private int size;

  TableBuilder u8(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, size * 2);
    }
    bytes[size++] = (byte) value;
    return this;
  }

  TableBuilder u16(int value) {
    return u8(value).u8(value >> 8);
  }

  TableBuilder u32(long value) {
    return u16((int) value).u16((int) (value >> 16));
  }

  TableBuilder u64(long value) {
    return u32(value).u32(value >>> 32);
  }

  /** Text padded with blanks. */
  TableBuilder text(String text, int width) {
    for (int n = 0; n < width; n++) {
      u8(n < text.length() ? text.charAt(n) : ' ');
    }
    return this;
  }

  TableBuilder zeroTerminated(String text) {
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      u8(octet);
    }
    return u8(0);
  }

  TableBuilder zeros(int count) {
    for (int n = 0; n < count; n++) {
      u8(0);
    }
    return this;
  }

  TableBuilder put32(int offset, long value) {
    for (int n = 0; n < 4; n++) {
      bytes[offset + n] = (byte) (value >> 8 * n);
    }
    return this;
  }

  TableBuilder put16(int offset, int value) {
    bytes[offset] = (byte) value;
    bytes[offset + 1] = (byte) (value >> 8);
    return this;
  }

  /** Makes the sum of the first {@code length} bytes zero through the byte at {@code offset}. */
  TableBuilder checksum(int offset, int length) {
    bytes[offset] = 0;
    int sum = 0;
    for (int n = 0; n < length; n++) {
      sum += bytes[n];
    }
    bytes[offset] = (byte) -sum;
    return this;
  }

  int size() {
    return size;
  }

  byte[] build() {
    return Arrays.copyOf(bytes, size);
  }
}
