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
}
