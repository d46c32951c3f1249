package io.tlbscope.core.run;

import io.tlbscope.core.memory.MemoryImage;

/**
 * All of a machine between two instructions: take it with {@link Machine#snapshot}, go back to it
 * with {@link Machine#restore}, any number of times and in any number of machines that were built
 * alike. Never changes.
 */
public final class Snapshot {
  private final Setup setup;
  private final byte[] state;
  private final MemoryImage memory;
  private final long instructions;

  Snapshot(Setup setup, byte[] state, MemoryImage memory, long instructions) {
    this.setup = setup;
    this.state = state;
    this.memory = memory;
    this.instructions = instructions;
  }

  Setup setup() {
    return setup;
  }

  byte[] state() {
    return state;
  }

  MemoryImage memory() {
    return memory;
  }

  /** Instructions that all vCPUs together had retired. */
  public long instructions() {
    return instructions;
  }
}
