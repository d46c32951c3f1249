package io.tlbscope.core.device;

/** The 64 KiB I/O port space of a machine. */
public interface PortBus {
  /** Reads 1, 2 or 4 bytes, zero-extended; an unclaimed port gives all ones. */
  int read(int port, int size);

  void write(int port, int size, int value);
}
