package io.tlbscope.core.ir;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import io.tlbscope.core.fp.FloatConversion;
import io.tlbscope.core.fp.FloatFormat;
import io.tlbscope.core.fp.FloatUnit;

/**
 * One lane of SSE's conversions, by the host's as {@link FloatMath} does it, else by room {@code
 * fp}; and the estimates, which know no MXCSR.
 */
final class FloatConversions {
  private static final FloatFormat SINGLE = FloatFormat.SINGLE, DOUBLE = FloatFormat.DOUBLE;
  private static final int QUIET32 = 1 << 22, DEFAULT32 = 0xFFC0_0000;
  private static final long LOW = 0xFFFF_FFFFL;

  private FloatConversions() {}

  /** ROUNDSD and its like; {@code control} is their immediate operand. */
  static long integral64(FloatUnit u, long a, int control) {
    return FloatConversion.toIntegral(u, DOUBLE, a, control);
  }

  static int integral32(FloatUnit u, int a, int control) {
    return (int) FloatConversion.toIntegral(u, SINGLE, a & LOW, control);
  }

  static long widen(FloatUnit u, int a) {
    return FloatMath.plain32(a) || a << 1 == 0
        ? doubleToRawLongBits(intBitsToFloat(a))
        : FloatConversion.convert(u, SINGLE, DOUBLE, a & LOW);
  }

  static int narrow(FloatUnit u, long a) {
    double x = longBitsToDouble(a);
    float z = (float) x;
    int zb = floatToRawIntBits(z);
    if (u.usual() && FloatMath.plain32(zb) || a << 1 == 0) {
      u.note(z == x ? 0 : 1);
      return zb;
    }
    return (int) FloatConversion.convert(u, DOUBLE, SINGLE, a);
  }

  /** A signed integer to a number. */
  static long fromLong64(FloatUnit u, long a) {
    return u.usual() && !u.precise() || a == (int) a
        ? doubleToRawLongBits((double) a)
        : FloatConversion.fromInteger(u, DOUBLE, a);
  }

  static int fromLong32(FloatUnit u, long a) {
    return u.usual() && !u.precise() || a << 40 >> 40 == a
        ? floatToRawIntBits((float) a)
        : (int) FloatConversion.fromInteger(u, SINGLE, a);
  }

  /** To an integer of 32 or 64 bits, or the integer indefinite. */
  static long toInteger64(FloatUnit u, long a, int bits, boolean truncate) {
    double x = longBitsToDouble(a);
    double z = truncate ? x : Math.rint(x);
    if (u.usual() && Math.abs(z) < (bits == 64 ? 0x1p63 : 0x1p31)) {
      u.note((long) z == x ? 0 : 1);
      return (long) z;
    }
    return FloatConversion.toInteger(u, DOUBLE, a, bits, truncate);
  }

  static long toInteger32(FloatUnit u, int a, int bits, boolean truncate) {
    float x = intBitsToFloat(a);
    double z = truncate ? x : Math.rint(x);
    if (u.usual() && Math.abs(z) < (bits == 64 ? 0x1p63 : 0x1p31)) {
      u.note((long) z == x ? 0 : 1);
      return (long) z;
    }
    return FloatConversion.toInteger(u, SINGLE, a & LOW, bits, truncate);
  }

  /**
   * RCPSS, RSQRTSS (Intel SDM vol. 2B): denormals count as zero, and nothing is raised. The manual
   * allows a relative error of 1.5 * 2^-12; these are exact to a float.
   */
  static int reciprocal(int a, boolean root) {
    float x = intBitsToFloat(a);
    if (Float.isNaN(x)) {
      return a | QUIET32;
    }
    if (Math.abs(x) < Float.MIN_NORMAL) {
      x = Math.copySign(0f, x);
    }
    float z = (float) (1 / (root ? Math.sqrt(x) : (double) x));
    if (Math.abs(z) < Float.MIN_NORMAL) {
      z = Math.copySign(0f, z);
    }
    return Float.isNaN(z) ? DEFAULT32 : floatToRawIntBits(z);
  }
}
