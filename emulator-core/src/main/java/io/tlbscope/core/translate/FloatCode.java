package io.tlbscope.core.translate;

import io.tlbscope.core.fp.FloatUnit;
import io.tlbscope.core.ir.FloatComparison;
import io.tlbscope.core.vcpu.Processor;

/**
 * What translated SSE arithmetic calls. MXCSR is taken when the region is entered and gets its
 * flags when the region is left: nothing within looks at it. Public for the generated classes.
 */
public final class FloatCode {
  private FloatCode() {}

  static FloatUnit unit(Processor cpu) {
    return cpu.s.floats;
  }

  static void begin(Processor cpu) {
    cpu.s.floats.begin(cpu.s.mxcsr);
  }

  /** All exceptions are masked. */
  static void end(Processor cpu) {
    cpu.s.mxcsr |= cpu.s.floats.exceptions();
  }

  /** The comparison's exceptions alone. */
  static void compare(Processor cpu, boolean wide, boolean signalling, long a, long b) {
    FloatComparison.order(cpu.s.floats, wide, signalling, a, b);
  }

  /** An operand of a comparison, as DAZ has it. */
  static long operand(Processor cpu, boolean wide, long a) {
    return FloatComparison.operand(cpu.s.floats, wide, a);
  }
}
