package io.tlbscope.core.run;

import io.tlbscope.core.memory.MemoryImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

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
  private final long seed;

  Snapshot(Setup setup, byte[] state, MemoryImage memory, long instructions, long seed) {
    this.setup = setup;
    this.state = state;
    this.memory = memory;
    this.instructions = instructions;
    this.seed = seed;
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

  /** The seed that the schedule was drawn from. */
  public long seed() {
    return seed;
  }

  /**
   * Writes it as a file that {@link #read} reads: compressed, with checksums. The stream stays
   * open.
   */
  public void write(OutputStream out) throws IOException {
    SnapshotFile.write(this, out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws MachineException if it is something else, is damaged or cut off, or of another
   *     tlbscope's format; the message says which, and the mend
   */
  public static Snapshot read(InputStream in) throws IOException, MachineException {
    return SnapshotFile.read(in);
  }
}
