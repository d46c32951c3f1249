package io.tlbscope.core.device;

/**
 * A device with 8-bit registers only; wider accesses go to consecutive ports, lowest first, as on
 * the ISA bus.
 */
public abstract class BytePorts implements PortHandler {
  /** Reads the 8-bit register, 0..255. */
  protected abstract int readByte(int port);

  /** Writes the 8-bit register, value 0..255. */
  protected abstract void writeByte(int port, int value);

  @Override
  public final int read(int port, int size) {
    return readByte(port) & 0xFF;
  }

  @Override
  public final void write(int port, int size, int value) {
    writeByte(port, value & 0xFF);
  }
}
