package io.tlbscope.core.gdb;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Numbers and bytes as the protocol writes them. */
final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  static String of(byte[] bytes) {
    return FORMAT.formatHex(bytes);
  }

  static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Throws IllegalArgumentException if it is not pairs of digits. */
  static byte[] bytes(String digits) {
    return FORMAT.parseHex(digits);
  }

  /** An unsigned number; throws IllegalArgumentException. */
  static long number(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }

  /** The low {@code bytes} (1..8) of a register, least significant first. */
  static void little(long value, int bytes, StringBuilder to) {
    for (int i = 0; i < bytes; i++) {
      FORMAT.toHexDigits(to, (byte) (value >>> 8 * i));
    }
  }

  static long little(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[from + i] & 0xFFL) << 8 * i;
    }
    return value;
  }
}
