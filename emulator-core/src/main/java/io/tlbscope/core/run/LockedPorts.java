package io.tlbscope.core.run;

import io.tlbscope.core.device.PortBus;
import io.tlbscope.core.memory.World;

/** The port space under the machine's lock: one access at a time, whichever vCPU makes it. */
record LockedPorts(PortBus ports, World world) implements PortBus {
  @Override
  public int read(int port, int size) {
    world.lock();
    try {
      return ports.read(port, size);
    } finally {
      world.unlock();
    }
  }

  @Override
  public void write(int port, int size, int value) {
    world.lock();
    try {
      ports.write(port, size, value);
    } finally {
      world.unlock();
    }
  }
}
