package io.tlbscope.core.cpu;

import io.tlbscope.core.fp.FloatUnit;

/** Whether SSE instructions may run (Intel SDM vol. 3A, 2.5 and 13.1), and their exceptions. */
public final class SseControl {
  private SseControl() {}

  /** No #UD and no #NM. */
  public static boolean enabled(CpuState s) {
    return !undefined(s) && (s.cr0 & CpuState.CR0_TS) == 0;
  }

  /** #UD, which comes before #NM. */
  public static boolean undefined(CpuState s) {
    return (s.cr0 & CpuState.CR0_EM) != 0 || (s.cr4 & CpuState.CR4_OSFXSR) == 0;
  }

  /** No arithmetic raises #XM. */
  public static boolean masked(CpuState s) {
    return FloatUnit.unmasked(s.mxcsr) == 0;
  }

  /** PE is clear. */
  public static boolean precise(CpuState s) {
    return (s.mxcsr & FloatUnit.PE) == 0;
  }

  /**
   * Puts an instruction's exceptions into MXCSR; with one that is unmasked, #XM, or #UD where the
   * guest's kernel does not say that it knows #XM (CR4.OSXMMEXCPT).
   */
  public static void raise(CpuState s, GuestFault fault, int exceptions) {
    s.mxcsr |= exceptions;
    if ((exceptions & FloatUnit.unmasked(s.mxcsr)) != 0) {
      throw fault.with((s.cr4 & CpuState.CR4_OSXMMEXCPT) != 0 ? GuestFault.XM : GuestFault.UD);
    }
  }
}
