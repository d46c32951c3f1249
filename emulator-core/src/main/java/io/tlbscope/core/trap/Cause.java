package io.tlbscope.core.trap;

import io.tlbscope.core.cpu.CpuState;
import io.tlbscope.core.cpu.GuestFault;
import io.tlbscope.core.hook.TrapKind;

/**
 * What is being delivered.
 *
 * @param vector 0..255
 * @param kind where it came from
 * @param hasErrorCode an error code goes on the stack (never in real mode)
 * @param errorCode that code
 * @param ext bit 0 of the error codes of faults that the delivery itself meets: 0 for INT n, INT3
 *     and INTO
 * @param checkDpl the gate's DPL must not be below CPL (INT n, INT3, INTO)
 */
record Cause(
    int vector, TrapKind kind, boolean hasErrorCode, int errorCode, int ext, boolean checkDpl) {
  /**
   * Vectors whose exceptions are faults: RF is set in the pushed image (Intel SDM vol. 3B,
   * 17.3.1.1).
   */
  private static final int FAULTS =
      1 << GuestFault.DE
          | 1 << GuestFault.BR
          | 1 << GuestFault.UD
          | 1 << GuestFault.NM
          | 1 << GuestFault.TS
          | 1 << GuestFault.NP
          | 1 << GuestFault.SS
          | 1 << GuestFault.GP
          | 1 << GuestFault.PF
          | 1 << GuestFault.MF
          | 1 << GuestFault.AC
          | 1 << GuestFault.XM;

  /** RFLAGS as the frame shows it. */
  long flagsImage(CpuState s) {
    long image = s.flags.rflags() & 0xFFFF_FFFFL;
    boolean fault = kind == TrapKind.EXCEPTION && vector < 32 && (FAULTS >>> vector & 1) != 0;
    return fault ? image | CpuState.RF : image;
  }
}
