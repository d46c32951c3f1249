package io.tlbscope.core.cpu;

/**
 * An exception the guest will see. One preallocated object a vCPU is thrown again and again,
 * without a stack trace, so that a page-fault loop costs no allocation.
 */
public final class GuestFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Vectors of Intel SDM vol. 3A, table 6-1. */
  public static final int DE = 0,
      DB = 1,
      NMI = 2,
      BP = 3,
      OF = 4,
      BR = 5,
      UD = 6,
      NM = 7,
      DF = 8,
      TS = 10,
      NP = 11,
      SS = 12,
      GP = 13,
      PF = 14,
      MF = 16,
      AC = 17,
      MC = 18,
      XM = 19;

  private int vector;
  private int errorCode;
  private boolean hasErrorCode;

  public GuestFault() {
    super(null, null, false, false);
  }

  /** Sets up a fault without an error code and returns it, to be thrown. */
  public GuestFault with(int vector) {
    this.vector = vector;
    this.errorCode = 0;
    this.hasErrorCode = false;
    return this;
  }

  /**
   * Sets up a fault with an error code and returns it, to be thrown. For #PF, CR2 is set by the
   * caller.
   */
  public GuestFault with(int vector, int errorCode) {
    this.vector = vector;
    this.errorCode = errorCode;
    this.hasErrorCode = true;
    return this;
  }

  public int vector() {
    return vector;
  }

  public int errorCode() {
    return errorCode;
  }

  public boolean hasErrorCode() {
    return hasErrorCode;
  }

  @Override
  public String getMessage() {
    return "guest exception "
        + vector
        + (hasErrorCode ? " (error code 0x" + Integer.toHexString(errorCode) + ")" : "");
  }
}
