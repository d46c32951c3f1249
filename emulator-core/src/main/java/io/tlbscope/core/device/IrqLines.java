package io.tlbscope.core.device;

/** The platform's interrupt lines, ISA IRQ 0..15. */
@FunctionalInterface
public interface IrqLines {
  /** Drives the line; repeating a level is harmless. */
  void set(int irq, boolean level);
}
