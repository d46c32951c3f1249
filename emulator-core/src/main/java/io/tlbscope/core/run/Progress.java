package io.tlbscope.core.run;

/**
 * Told how far a run is, about a hundred times a second of host time. On the running thread; must
 * return at once.
 */
@FunctionalInterface
public interface Progress {
  Progress NONE = (instructions, ticks) -> {};

  void at(long instructions, long ticks);
}
