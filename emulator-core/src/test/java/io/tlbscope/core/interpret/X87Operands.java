package io.tlbscope.core.interpret;

import java.nio.ByteBuffer;
import java.util.Random;

/** Operands that find mistakes: corner cases of each format, neighbours of limits, and chance. */
final class X87Operands {
  private static final long INTEGER = 1L << 63;

  private final Random random;

  X87Operands(Random random) {
    this.random = random;
  }

  private <T> T pick(T[] of) {
    return of[random.nextInt(of.length)];
  }

  /** A significand: few bits set, few bits clear, or any. */
  private long significand() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1L;
      case 2 -> 1L << random.nextInt(64);
      case 3 -> -1L << random.nextInt(64);
      case 4 -> random.nextLong() << random.nextInt(64);
      default -> random.nextLong();
    };
  }

  /** Writes a value of 80 bits. */
  void extended(ByteBuffer to) {
    int exponent;
    long x = significand() | INTEGER;
    switch (random.nextInt(14)) {
      case 0 -> {
        exponent = 0;
        x = random.nextInt(3) == 0 ? 0 : significand() >>> random.nextInt(3);
      }
      case 1 -> {
        exponent = 0x7FFF;
        x = pick(new Long[] {INTEGER, INTEGER, INTEGER | 1L << 62, x, x | 1L << 62, x, 0L, 1L});
      }
      case 2 -> exponent = random.nextInt(3);
      case 3 -> exponent = 0x7FFE - random.nextInt(3);
      case 4 -> {
        exponent = random.nextInt(0x8000);
        x = significand();
      }
      case 5 -> exponent = random.nextInt(0x8000);
      case 6 ->
          exponent =
              16383
                  + pick(new Integer[] {-1022, -126, 1023, 127, -1074, -149, -16, -1})
                  + random.nextInt(7)
                  - 3;
      case 7 -> exponent = 16383 + pick(new Integer[] {14, 15, 30, 31, 62, 63, 58, 59, 60, 64});
      case 8 -> {
        exponent = 16383 + random.nextInt(64);
        x &= -1L << 63 - Math.min(63, exponent - 16383 + random.nextInt(2));
        x |= INTEGER;
      }
      case 9 -> exponent = 16383 + random.nextInt(70);
      default -> exponent = 16383 - 8 + random.nextInt(16);
    }
    to.putLong(x);
    to.putShort((short) (exponent & 0x7FFF | (random.nextBoolean() ? 0x8000 : 0)));
  }

  /** A float of 32 bits. */
  int single() {
    int exponent =
        switch (random.nextInt(5)) {
          case 0 -> 0;
          case 1 -> 0xFF;
          case 2 -> random.nextInt(256);
          default -> 120 + random.nextInt(16);
        };
    int fraction =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 1 << random.nextInt(23);
          default -> random.nextInt() & 0x7F_FFFF;
        };
    return random.nextInt() & 0x8000_0000 | exponent << 23 | fraction;
  }

  /** A float of 64 bits. */
  long twice() {
    long exponent =
        switch (random.nextInt(5)) {
          case 0 -> 0;
          case 1 -> 0x7FF;
          case 2 -> random.nextInt(2048);
          default -> 1016 + random.nextInt(16);
        };
    long fraction =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 1L << random.nextInt(52);
          default -> random.nextLong() >>> 12;
        };
    return random.nextLong() & INTEGER | exponent << 52 | fraction;
  }

  long integer() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> (1L << random.nextInt(64)) - random.nextInt(2);
      default -> random.nextLong() >> random.nextInt(64);
    };
  }

  /** Packed decimal, of digits mostly. */
  void decimal(ByteBuffer to) {
    for (int n = 0; n < 9; n++) {
      to.put((byte) (random.nextInt(10) << 4 | random.nextInt(10)));
    }
    to.put((byte) (random.nextBoolean() ? 0x80 : 0));
  }

  /** The x87 part of an FXSAVE image. */
  void image(ByteBuffer image) {
    int masks = random.nextInt(5) < 3 ? 0x3F : random.nextInt(64);
    int precision = pick(new Integer[] {0, 1, 2, 3, 3, 3});
    int control = masks | 0x40 | precision << 8 | random.nextInt(4) << 10;
    int sticky = random.nextInt(3) == 0 ? random.nextInt(128) : 0;
    if (random.nextInt(20) != 0) {
      sticky &= masks | 0x40;
    }
    int status = sticky | random.nextInt(8) << 11 | random.nextInt(8) << 8;
    status |= random.nextBoolean() ? 0x4000 : 0;
    status |= (sticky & ~masks & 0x3F) != 0 ? 0x8080 : 0;
    image.putShort(0, (short) control).putShort(2, (short) status);
    image.put(4, (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0xFF));
    if (random.nextInt(3) == 0) {
      image.put(4, (byte) (image.get(4) & ~(1 << ((status >> 11 & 7) + 7 & 7))));
    }
    for (int i = 0; i < 8; i++) {
      extended(image.position(32 + 16 * i));
      image.putShort(42 + 16 * i, (short) 0).putInt(44 + 16 * i, 0);
    }
    if (random.nextInt(3) == 0) {
      // Operands that cancel, or nearly.
      long x = image.getLong(32);
      image.putLong(48, random.nextBoolean() ? x : x + random.nextInt(5) - 2);
      int se = image.getShort(40);
      image.putShort(56, (short) (se + random.nextInt(3) - 1 ^ random.nextInt(2) << 15));
    }
    image.putInt(24, 0x1F80).putInt(28, 0xFFFF);
    for (int at = 160; at < 416; at += 4) {
      image.putInt(at, random.nextBoolean() ? single() : random.nextInt());
    }
  }

  /** A memory operand of a kind of x87-forms.txt. */
  void memory(String kind, ByteBuffer to) {
    switch (kind) {
      case "f32" -> to.putInt(single());
      case "f64" -> to.putLong(twice());
      case "f80" -> extended(to);
      case "i16" -> to.putShort((short) integer());
      case "i32" -> to.putInt((int) integer());
      case "d80" -> decimal(to);
      default -> to.putLong(integer());
    }
  }
}
