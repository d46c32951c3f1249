package io.tlbscope.core.device;

/**
 * The port space as a table of handlers. A wide access goes to the handler of its first port when
 * that one takes wide accesses and owns all its ports; otherwise it is split into bytes (Intel SDM
 * vol. 1, 19.3).
 */
public final class Ports implements PortBus {
  private static final int SPACE = 0x10000;
  private final PortHandler[] handlers = new PortHandler[SPACE];

  /**
   * Gives ports {@code first .. first + count - 1} to the handler.
   *
   * @throws IllegalArgumentException if one of them is taken or out of range
   */
  public void claim(int first, int count, PortHandler handler) {
    if (first < 0 || count < 1 || first + count > SPACE) {
      throw new IllegalArgumentException(
          "ports " + first + "+" + count + " are outside the port space");
    }
    for (int port = first; port < first + count; port++) {
      if (handlers[port] != null) {
        throw new IllegalArgumentException("port 0x" + Integer.toHexString(port) + " is taken");
      }
    }
    java.util.Arrays.fill(handlers, first, first + count, handler);
  }

  @Override
  public int read(int port, int size) {
    if (size == 1 || whole(port, size)) {
      PortHandler handler = handlers[port & 0xFFFF];
      return handler == null ? mask(size) : handler.read(port & 0xFFFF, size) & mask(size);
    }
    int value = 0;
    for (int i = 0; i < size; i++) {
      value |= read(port + i, 1) << 8 * i;
    }
    return value;
  }

  @Override
  public void write(int port, int size, int value) {
    if (size == 1 || whole(port, size)) {
      PortHandler handler = handlers[port & 0xFFFF];
      if (handler != null) {
        handler.write(port & 0xFFFF, size, value & mask(size));
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      write(port + i, 1, value >>> 8 * i);
    }
  }

  /** True if one wide handler, or none at all, owns every port of the access. */
  private boolean whole(int port, int size) {
    PortHandler first = handlers[port & 0xFFFF];
    if (first instanceof BytePorts) {
      return false;
    }
    for (int i = 1; i < size; i++) {
      if (handlers[port + i & 0xFFFF] != first) {
        return false;
      }
    }
    return true;
  }

  private static int mask(int size) {
    return size == 4 ? -1 : (1 << 8 * size) - 1;
  }
}
