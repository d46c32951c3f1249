package io.tlbscope.core.memory;

/**
 * A device of the core behind 4 KiB pages of physical addresses. Called on the accessing vCPU's
 * thread.
 */
public interface MmioDevice {
  /**
   * Reads 1, 2, 4 or 8 bytes, zero-extended; {@code pa} need not be aligned but never crosses a
   * page.
   */
  long read(long pa, int size);

  void write(long pa, int size, long value);
}
