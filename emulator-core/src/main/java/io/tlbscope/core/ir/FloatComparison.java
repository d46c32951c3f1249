package io.tlbscope.core.ir;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.fp.FloatArithmetic;
import io.tlbscope.core.fp.FloatFormat;
import io.tlbscope.core.fp.FloatUnit;

/** COMISD, UCOMISD and their single forms: what {@link Op#FCOMPARE} calls. */
public final class FloatComparison {
  private static final long LOW = 0xFFFF_FFFFL;

  private FloatComparison() {}

  /**
   * -1, 0, 1, or {@link FloatArithmetic#UNORDERED}.
   *
   * @param signalling quiet NaNs raise #I too
   */
  public static int order(FloatUnit u, boolean wide, boolean signalling, long a, long b) {
    return wide
        ? FloatMath.order64(u, a, b, !signalling)
        : FloatMath.order32(u, (int) a, (int) b, !signalling);
  }

  /** An operand as DAZ has it. */
  public static long operand(FloatUnit u, boolean wide, long a) {
    return wide ? u.operand(FloatFormat.DOUBLE, a) : u.operand(FloatFormat.SINGLE, a & LOW);
  }

  /**
   * Unordered 111, greater 000, less 001, equal 100 in ZF, PF, CF; OF = AF = SF = 0 (Intel SDM vol.
   * 2A, COMISD).
   */
  public static int flags(int order) {
    return switch (order) {
      case -1 -> CpuState.CF;
      case 0 -> CpuState.ZF;
      case 1 -> 0;
      default -> CpuState.ZF | CpuState.PF | CpuState.CF;
    };
  }
}
