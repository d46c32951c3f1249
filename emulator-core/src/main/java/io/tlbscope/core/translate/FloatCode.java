package io.tlbscope.core.translate;

import io.tlbscope.core.fp.FloatArithmetic;
import io.tlbscope.core.fp.FloatArithmetic.Operation;
import io.tlbscope.core.fp.FloatFormat;
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
   */
  static void begin(Processor cpu, int registers) {
    FloatUnit u = cpu.s.floats;
    u.begin(cpu.s.mxcsr);
    for (int left = registers; left != 0; left &= left - 1) {
      look(u, cpu.s.xmm[2 * Integer.numberOfTrailingZeros(left)]);
    }
  }

  /**
   * What {@link FloatMath#PLAIN_OFFSET} and twice a number's upper half have to be less than. Once
   * there is a denormal nothing is: what comes of it may be one too, and nobody looks.
   *
   * @param exact the region adds errors up
   */
  static int limit(Processor cpu, boolean exact) {
    FloatUnit u = cpu.s.floats;
    return u.usual() && !u.careful() && (exact || !u.precise()) ? FloatMath.PLAIN_LIMIT : NONE;
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

  private static void look(FloatUnit u, long a) {
    if (FloatMath.denormal64(a)) {
      u.beCareful();
    }
  }

  /** x op y, whatever they are. */
  static double apply(Processor cpu, Operation op, double x, double y) {
    FloatUnit u = cpu.s.floats;
    long a = Double.doubleToRawLongBits(x);
    long b = Double.doubleToRawLongBits(y);
    long z = FloatArithmetic.apply(u, FloatFormat.DOUBLE, op, a, b);
    look(u, a);
    look(u, b);
    look(u, z);
    return Double.longBitsToDouble(z);
  }

  /** The unit's {@link FloatUnit#precise}. */
  static boolean precise(Processor cpu) {
    return cpu.s.floats.precise();
  }

  // 0 if z is the exact result; plain numbers are z and the dividend.

  static long addError(double x, double y, double z) {
    return FloatMath.sumError(x, y, z);
  }

  static long subtractError(double x, double y, double z) {
    return FloatMath.sumError(x, -y, z);
  }

  static long multiplyError(double x, double y, double z) {
    return FloatMath.productError(x, y, z);
  }

  static long divideError(double x, double y, double z) {
    return FloatMath.productError(z, y, x);
  }

  /** A comparison's exceptions. */
  static void compare64(Processor cpu, boolean signalling, long a, long b) {
    FloatUnit u = cpu.s.floats;
    FloatComparison.order(u, true, signalling, a, b);
    look(u, a);
    look(u, b);
  }

  static void compare32(Processor cpu, boolean signalling, long a, long b) {
    FloatComparison.order(cpu.s.floats, false, signalling, a, b);
  }

  /** An operand of a comparison, as DAZ has it. */
  static long operand64(Processor cpu, long a) {
    return FloatComparison.operand(cpu.s.floats, true, a);
  }

  static long operand32(Processor cpu, long a) {
    return FloatComparison.operand(cpu.s.floats, false, a);
  }
}
