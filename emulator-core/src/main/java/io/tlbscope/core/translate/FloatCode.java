package io.tlbscope.core.translate;

import io.tlbscope.core.fp.FloatUnit;
import io.tlbscope.core.ir.FloatComparison;
import io.tlbscope.core.ir.FloatMath;
import io.tlbscope.core.vcpu.Processor;

/**
 * What translated SSE arithmetic calls. MXCSR is taken when the region is entered and gets its
 * flags when the region is left: nothing within looks at it. Public for the generated classes.
 */
public final class FloatCode {
  private static final int NONE = Integer.MIN_VALUE;

  private FloatCode() {}

  static FloatUnit unit(Processor cpu) {
    return cpu.s.floats;
  }

  /**
   * Begins a region.
   *
   * @param registers bit n: the low quadword of XMMn is looked at
   * @return see {@link #limit}
   */
  static int begin(Processor cpu, int registers) {
    FloatUnit u = cpu.s.floats;
    u.begin(cpu.s.mxcsr);
    int limit = u.usual() ? FloatMath.PLAIN_LIMIT : NONE;
    for (int left = registers; left != 0; left &= left - 1) {
      limit = limit(limit, cpu.s.xmm[2 * Integer.numberOfTrailingZeros(left)], 0, 0);
    }
    return limit;
  }

  /** See {@link FloatUnit#precise}. */
  static boolean precise(Processor cpu) {
    return cpu.s.floats.precise();
  }

  /**
   * Ends a region; all exceptions are masked.
   *
   * @param error not 0 if a result was not exact
   */
  static void end(Processor cpu, long error) {
    FloatUnit u = cpu.s.floats;
    u.note(error);
    cpu.s.mxcsr |= u.exceptions();
  }

  /**
   * What {@link FloatMath#PLAIN_OFFSET} and a number's high half have to be less than. Once there
   * is a denormal nothing is: what comes of it may be one too, and nobody looks.
   */
  static int limit(int before, long a, long b, long z) {
    return FloatMath.denormal64(a) || FloatMath.denormal64(b) || FloatMath.denormal64(z)
        ? NONE
        : before;
  }

  static long add(Processor cpu, long a, long b) {
    return FloatMath.add64(cpu.s.floats, a, b);
  }

  static long subtract(Processor cpu, long a, long b) {
    return FloatMath.subtract64(cpu.s.floats, a, b);
  }

  static long multiply(Processor cpu, long a, long b) {
    return FloatMath.multiply64(cpu.s.floats, a, b);
  }

  static long divide(Processor cpu, long a, long b) {
    return FloatMath.divide64(cpu.s.floats, a, b);
  }

  // 0 if z, a plain number, is the exact result

  static long addError(Processor cpu, double x, double y, double z) {
    return FloatMath.sumError(x, y, z);
  }

  static long subtractError(Processor cpu, double x, double y, double z) {
    return FloatMath.sumError(x, -y, z);
  }

  static long multiplyError(Processor cpu, double x, double y, double z) {
    return FloatMath.productError(x, y, z);
  }

  static long divideError(Processor cpu, double x, double y, double z) {
    long a = Double.doubleToRawLongBits(x);
    if (FloatMath.plain64(a)) {
      return FloatMath.productError(z, y, x);
    }
    // Notes by itself what is not exact.
    FloatMath.divide64(cpu.s.floats, a, Double.doubleToRawLongBits(y));
    return 0;
  }

  /** A comparison's exceptions. */
  static void compare(Processor cpu, boolean wide, boolean signalling, long a, long b) {
    FloatComparison.order(cpu.s.floats, wide, signalling, a, b);
  }

  /** An operand of a comparison, as DAZ has it. */
  static long operand(Processor cpu, boolean wide, long a) {
    return FloatComparison.operand(cpu.s.floats, wide, a);
  }
}
