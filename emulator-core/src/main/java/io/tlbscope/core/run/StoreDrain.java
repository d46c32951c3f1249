package io.tlbscope.core.run;

import io.tlbscope.core.mmu.BufferedStores;
import io.tlbscope.core.vcpu.Processor;

/** The store buffers of a machine: whose store becomes visible next, and when. */
final class StoreDrain {
  static final int NOBODY = -1;

  /** In the vCPUs' order. */
  private final BufferedStores[] buffers;

  private StoreDrain(BufferedStores[] buffers) {
    this.buffers = buffers;
  }

  /** Null if the vCPUs have none. */
  static StoreDrain of(Processor[] cpus) {
    if (cpus[0].buffered == null) {
      return null;
    }
    BufferedStores[] buffers = new BufferedStores[cpus.length];
    for (Processor cpu : cpus) {
      buffers[cpu.index()] = cpu.buffered;
    }
    return new StoreDrain(buffers);
  }

  /**
   * When the next store is due; Long.MAX_VALUE if there is none.
   *
   * @param except a vCPU whose stores do not count, or {@link #NOBODY}
   */
  long due(int except) {
    int next = next(except);
    return next == NOBODY ? Long.MAX_VALUE : buffers[next].due();
  }

  /** Has the stores leave that are due at {@code now}, in the order in which they were. */
  void until(long now) {
    int next = next(NOBODY);
    while (next != NOBODY && buffers[next].due() <= now) {
      buffers[next].leave();
      next = next(NOBODY);
    }
  }

  void reseed(long seed) {
    for (BufferedStores buffer : buffers) {
      buffer.reseed(seed);
    }
  }

  private int next(int except) {
    int next = NOBODY;
    long due = Long.MAX_VALUE;
    for (int i = 0; i < buffers.length; i++) {
      if (i != except && buffers[i].due() < due) {
        due = buffers[i].due();
        next = i;
      }
    }
    return next;
  }
}
