package io.tlbscope.core.device;

/** A device's side of an I/O port range; ports are absolute. */
public interface PortHandler {
  /** Reads {@code size} (1, 2 or 4) bytes. */
  int read(int port, int size);

  void write(int port, int size, int value);
}
