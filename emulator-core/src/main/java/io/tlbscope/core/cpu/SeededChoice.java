package io.tlbscope.core.cpu;

import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import io.tlbscope.core.state.Stateful;

/**
 * The only source of chance, a stream for each purpose: SplitMix64, whose whole state is one
 * counter, so that a seed and a number of draws name every later choice.
 */
public final class SeededChoice implements Stateful {
  private long state;

  public SeededChoice(long seed) {
    this.state = seed;
  }

  /** Begins again, as a new one with this seed would. */
  public void reseed(long seed) {
    state = seed;
  }

  /** Any 64 bits. */
  public long next() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /**
   * 0..bound-1, bound 1..2^31-1. The multiply-shift bias is below bound / 2^32, and the same on
   * every host.
   */
  public int below(int bound) {
    return (int) ((next() >>> 32) * bound >>> 32);
  }

  @Override
  public void save(StateWriter to) {
    to.putLong(state);
  }

  @Override
  public void load(StateReader from) {
    state = from.getLong();
  }
}
