package io.tlbscope.core.cpu;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * A segment register with its hidden part (Intel SDM vol. 3A, 3.4.3). Mutable, owned by one vCPU.
 */
public final class Segment implements Stateful {
  /** Order of the sreg field of an instruction. */
  public static final int ES = 0, CS = 1, SS = 2, DS = 3, FS = 4, GS = 5;

  public int selector;

  /** Linear address, 32 bits outside FS, GS and system segments of long mode. */
  public long base;

  /** Last valid byte offset, granularity applied; unsigned 32 bits in a long. */
  public long limit;

  /**
   * Descriptor bits 55..40 without the limit: type 3..0, S 4, DPL 6..5, P 7, AVL 12, L 13, D/B 14,
   * G 15.
   */
  public int attributes;

  public int dpl() {
    return attributes >> 5 & 3;
  }

  public boolean present() {
    return (attributes & 0x80) != 0;
  }

  public boolean longMode() {
    return (attributes & 0x2000) != 0;
  }

  public boolean big() {
    return (attributes & 0x4000) != 0;
  }

  public boolean isNull() {
    return (selector & ~3) == 0;
  }

  @Override
  public void save(StateWriter to) {
    to.putInt(selector);
    to.putLong(base);
    to.putLong(limit);
    to.putInt(attributes);
  }

  @Override
  public void load(StateReader from) {
    selector = from.getInt();
    base = from.getLong();
    limit = from.getLong();
    attributes = from.getInt();
  }
}
