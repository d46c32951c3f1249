package io.tlbscope.tools.vectors;

/** Numbers that tell processors apart: edges of integers, floats of every class, anything. */
final class Values {
  private static final long[] INTEGERS = {
    0,
    1,
    2,
    3,
    -1,
    -2,
    0x0F,
    0x10,
    0x1F,
    0x20,
    0x3F,
    0x40,
    0x7F,
    0x80,
    0xFF,
    0x100,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x1_0000,
    0x7FFF_FFFFL,
    0x8000_0000L,
    0xFFFF_FFFFL,
    0x1_0000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x0123_4567_89AB_CDEFL,
    0x5555_5555_5555_5555L
  };
  private static final double[] DOUBLES = {
    0.0,
    -0.0,
    1,
    -1,
    1.5,
    -2.5,
    0.5,
    0.1,
    3.7,
    100,
    16777217,
    1e10,
    -1e10,
    1e300,
    -1e300,
    1e-300,
    1e-310,
    4.9e-324,
    -4.9e-324,
    2.2250738585072014E-308,
    2.225073858507201E-308,
    1.7976931348623157E308,
    2147483647.5,
    2147483647.0,
    -2147483648.5,
    -2147483649.0,
    9.223372036854775E18,
    9.223372036854776E18,
    -9.223372036854776E18,
    3.4028234663852886E38,
    3.4028235677973366E38,
    1.1754943508222875E-38,
    1.1754942807573643E-38,
    1e-45,
    0x1p-1074,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    0.9999999999999999,
    1.0000000000000002,
    4503599627370495.5,
    9007199254740993.0
  };
  private static final long QUIET = 0x7FF8_0000_0000_0001L,
      SIGNALLING = 0x7FF0_0000_0000_0123L,
      NEGATIVE_NAN = 0xFFFC_0000_0000_0456L;
  private static final int QUIET32 = 0x7FC0_0001, SIGNALLING32 = 0xFF80_0123;

  private Values() {}

  /** A general register's value. */
  static long integer(Dice dice) {
    return switch (dice.below(8)) {
      case 0, 1, 2 -> INTEGERS[dice.below(INTEGERS.length)];
      case 3, 4 -> dice.next();
      case 5 -> -(dice.next() >>> dice.below(64));
      case 6 -> INTEGERS[dice.below(INTEGERS.length)] << dice.below(64);
      default -> dice.next() >>> dice.below(64);
    };
  }

  /** Bits of a double. */
  static long wide(Dice dice) {
    return switch (dice.below(8)) {
      case 0, 1, 2 -> Double.doubleToRawLongBits(DOUBLES[dice.below(DOUBLES.length)]);
      case 3 -> near(dice, 1023, 64, 52);
      case 4 -> near(dice, 1023, 4, 52);
      case 5 -> near(dice, dice.once(2) ? 8 : 2038, 8, 52);
      case 6 -> dice.once(4) ? nan(dice) : dice.next();
      default -> Double.doubleToRawLongBits(dice.below(1 << 20) - (1 << 19));
    };
  }

  /** An 80-bit number of any class, unnormal ones too, as significand, sign and exponent. */
  static void extended(Dice dice, long[] into, int at) {
    long significand = dice.next();
    int exponent = 0x3FFF;
    switch (dice.below(8)) {
      case 0 -> {
        significand = dice.once(2) ? 0 : significand;
        exponent = 0;
      }
      case 1 -> {
        significand = dice.once(2) ? Long.MIN_VALUE : significand;
        exponent = 0x7FFF;
      }
      case 2 -> exponent = (int) dice.next() & 0x7FFF;
      case 3 -> {
        significand |= Long.MIN_VALUE;
        exponent = dice.once(2) ? dice.below(80) : 0x7FFE - dice.below(80);
      }
      case 4 -> {
        significand = Long.MIN_VALUE | -1L << dice.below(64);
        exponent = 0x3FFF - 70 + dice.below(140);
      }
      default -> {
        significand |= Long.MIN_VALUE;
        exponent = 0x3FFF - 70 + dice.below(140);
      }
    }
    into[at] = significand;
    into[at + 1] = exponent | (dice.once(2) ? 0x8000 : 0);
  }

  /** Bits of a float. */
  static int narrow(Dice dice) {
    return switch (dice.below(8)) {
      case 0, 1, 2 -> Float.floatToRawIntBits((float) DOUBLES[dice.below(DOUBLES.length)]);
      case 3 -> (int) near(dice, 127, 32, 23);
      case 4 -> (int) near(dice, 127, 4, 23);
      case 5 -> (int) near(dice, dice.once(2) ? 4 : 250, 4, 23);
      case 6 -> dice.once(4) ? dice.once(2) ? QUIET32 : SIGNALLING32 : (int) dice.next();
      default -> Float.floatToRawIntBits(dice.below(1 << 20) - (1 << 19));
    };
  }

  /** A number whose exponent is near {@code middle}, sometimes with few bits set. */
  private static long near(Dice dice, int middle, int range, int fraction) {
    long exponent = middle - range + dice.below(2 * range);
    long bits = dice.next();
    long kept = dice.once(2) ? -1L << dice.below(fraction) : -1;
    return (bits & 1) << fraction + (fraction == 52 ? 11 : 8)
        | Math.max(exponent, 0) << fraction
        | bits >>> 1 & (1L << fraction) - 1 & kept;
  }

  private static long nan(Dice dice) {
    return switch (dice.below(3)) {
      case 0 -> QUIET;
      case 1 -> SIGNALLING;
      default -> NEGATIVE_NAN;
    };
  }

  /** A quadword of a vector register or of memory. */
  static long quadword(Dice dice) {
    return switch (dice.below(4)) {
      case 0 -> integer(dice);
      case 1 -> wide(dice);
      case 2 -> singles(dice);
      default -> lanes(dice);
    };
  }

  /** Two floats. */
  static long singles(Dice dice) {
    return (long) narrow(dice) << 32 | narrow(dice) & 0xFFFF_FFFFL;
  }

  /** Bytes and words at their edges. */
  private static long lanes(Dice dice) {
    long value = 0;
    for (int at = 0; at < 64; at += 16) {
      long lane = dice.once(2) ? INTEGERS[dice.below(INTEGERS.length)] : dice.next();
      value |= (lane & 0xFFFF) << at;
    }
    return value;
  }
}
