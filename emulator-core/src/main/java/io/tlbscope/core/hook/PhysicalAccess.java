package io.tlbscope.core.hook;

/**
 * Guest RAM for plugins: little endian, no side effects, no watch events. Out of RAM: reads give 0,
 * writes nothing.
 */
public interface PhysicalAccess {
  long ramBytes();

  boolean isRam(long pa);

  /** Size 1, 2, 4 or 8 bytes, zero-extended. */
  long read(long pa, int size);

  void write(long pa, int size, long value);

  /**
   * Makes loads and/or stores to the 4 KiB page at {@code pa} call {@link MemoryHooks#load} and
   * {@link MemoryHooks#store}. Counted: two watchers need two {@link #unwatch} calls.
   */
  void watch(long pa, boolean loads, boolean stores);

  void unwatch(long pa, boolean loads, boolean stores);
}
