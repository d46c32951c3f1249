package io.tlbscope.apic;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * Error status register (Intel SDM vol. 3A, 11.5.3): errors gather unseen; a write shows them,
 * clears them and arms the error interrupt again.
 *
 * <pre>
 *  7 illegal register address   6 received illegal vector   5 send illegal vector
 * </pre>
 *
 * Bits 4..0 belong to the serial APIC bus and to processors without lowest-priority IPIs: never
 * set.
 */
final class ErrorStatus implements Stateful {
  static final int SEND_ILLEGAL_VECTOR = 1 << 5,
      RECEIVE_ILLEGAL_VECTOR = 1 << 6,
      ILLEGAL_REGISTER = 1 << 7;

  private int shown;
  private int gathered;

  /** Notes an error; true if the error interrupt is due: the first one since it was armed. */
  boolean note(int error) {
    boolean armed = gathered == 0;
    gathered |= error;
    return armed;
  }

  int read() {
    return shown;
  }

  void write() {
    shown = gathered;
    gathered = 0;
  }

  void reset() {
    shown = 0;
    gathered = 0;
  }

  @Override
  public void save(StateWriter to) {
    to.putInt(shown);
    to.putInt(gathered);
  }

  @Override
  public void load(StateReader from) {
    shown = from.getInt();
    gathered = from.getInt();
  }
}
