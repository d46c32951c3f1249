package io.tlbscope.core.cpu;

/**
 * Whether SSE instructions may run (Intel SDM vol. 3A, 2.5 and 13.1), and in which MXCSR we can.
 */
public final class SseControl {
  /** DAZ, exception masks, rounding, FTZ. */
  private static final int CONTROL = 0xFFC0;

  private SseControl() {}

  /** No #UD and no #NM. */
  public static boolean enabled(CpuState s) {
    return !undefined(s) && (s.cr0 & CpuState.CR0_TS) == 0;
  }

  /** #UD, which comes before #NM. */
  public static boolean undefined(CpuState s) {
    return (s.cr0 & CpuState.CR0_EM) != 0 || (s.cr4 & CpuState.CR4_OSFXSR) == 0;
  }

  /** Exceptions masked, rounded to nearest, denormals as they are: what is calculated here. */
  public static boolean supported(CpuState s) {
    return (s.mxcsr & CONTROL) == 0x1F80;
  }
}
