package io.tlbscope.core.device;

/** Interrupt lines that count rising edges. */
final class Lines implements IrqLines {
  final boolean[] level = new boolean[16];
  final int[] rises = new int[16];

  @Override
  public void set(int irq, boolean high) {
    if (high && !level[irq]) {
      rises[irq]++;
    }
    level[irq] = high;
  }
}
