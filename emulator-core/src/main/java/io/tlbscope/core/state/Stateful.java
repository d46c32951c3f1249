package io.tlbscope.core.state;

/**
 * Has state that decides what happens next in a machine. Each owner writes its own fields, so that
 * they stay private; what is derived from other state it works out again.
 */
public interface Stateful {
  /** Writes all of it; changes nothing. The machine stands still, between two instructions. */
  void save(StateWriter to);

  /**
   * Takes over what {@link #save} wrote, of this object or of its like in a machine of the same
   * kind, in the same order. Whatever was there before is forgotten; nobody is told of a change.
   *
   * @throws StateException if it is something else that was written
   */
  void load(StateReader from);
}
