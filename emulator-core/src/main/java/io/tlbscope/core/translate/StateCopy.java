package io.tlbscope.core.translate;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.X87State;
import java.util.Arrays;

/**
 * All that a region can change of a vCPU's state, at one moment. Segment bases are held too,
 * although it must not change them; the lifter's temporaries and scratch registers are not.
 */
final class StateCopy {
  static final int XMM_QUADWORDS = 32;

  final long[] r = new long[CpuState.TEMPORARIES];
  final long[] xmm = new long[XMM_QUADWORDS];
  long rip;
  long retired;

  /** The RFLAGS image. */
  int rflags;

  int mxcsr;

  private long result;
  private long carry;
  private long aux;

  /** x87 and MMX registers. */
  final X87State x87 = new X87State();

  void take(CpuState s) {
    x87.copyFrom(s.x87);
    System.arraycopy(s.r, 0, r, 0, r.length);
    System.arraycopy(s.xmm, 0, xmm, 0, xmm.length);
    rip = s.rip;
    retired = s.retired;
    rflags = s.flags.rflags();
    mxcsr = s.mxcsr;
    result = s.flags.result;
    carry = s.flags.carry;
    aux = s.flags.aux;
  }

  void restore(CpuState s) {
    s.x87.copyFrom(x87);
    System.arraycopy(r, 0, s.r, 0, r.length);
    System.arraycopy(xmm, 0, s.xmm, 0, xmm.length);
    s.rip = rip;
    s.retired = retired;
    s.mxcsr = mxcsr;
    s.flags.system(rflags);
    s.flags.result = result;
    s.flags.carry = carry;
    s.flags.aux = aux;
  }

  boolean same(StateCopy other) {
    return rip == other.rip
        && retired == other.retired
        && rflags == other.rflags
        && mxcsr == other.mxcsr
        && x87.same(other.x87)
        && Arrays.equals(r, other.r)
        && Arrays.equals(xmm, other.xmm);
  }
}
