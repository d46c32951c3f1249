package io.tlbscope.core.cpu;

/**
 * RFLAGS, the arithmetic six of them kept as the last operation that set them and worked out on demand.
 */
public final class Flags {
  private int system = 2;

  /** The bits that no arithmetic sets: TF, IF, DF, IOPL, NT, RF, VM, AC, VIF, VIP, ID and bit 1. */
  public int system() {
    return system;
  }

  public void system(int bits) {
    system = bits;
  }

  /** The whole RFLAGS image, bit 1 set. */
  public int rflags() {
    return system | 2;
  }

  /** Sets every flag; undefined bits are the caller's to mask. */
  public void rflags(int image) {
    system = image | 2;
  }
}
