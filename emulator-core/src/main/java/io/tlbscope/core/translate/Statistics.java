package io.tlbscope.core.translate;

/** What one vCPU's regions did. Written by its thread alone. */
public final class Statistics {
  /** Quadwords between what two vCPUs count: two cache lines, which processors fetch in pairs. */
  private static final int APART = 16;

  private static final int ENTRIES = APART, RETIRED = APART + 1, ACCESSES = APART + 2;
  private static final int EXITS = APART + 3;

  /** All counters, at every exit of a region changed, in no cache line with another vCPU's. */
  private final long[] counters = new long[EXITS + RegionExit.Why.values().length + APART];

  void left(RegionExit.Why why, int instructions) {
    counters[EXITS + why.ordinal()]++;
    counters[ENTRIES]++;
    counters[RETIRED] += instructions;
  }

  /** Notes the memory accesses of one run of a region. */
  void accessed(long count) {
    counters[ACCESSES] += count;
  }

  /** Memory accesses in regions that count them, those for which the region was left included. */
  long accesses() {
    return counters[ACCESSES];
  }

  /** Times that a region was entered. */
  public long entries() {
    return counters[ENTRIES];
  }

  /** Instructions that retired in regions. */
  public long retired() {
    return counters[RETIRED];
  }

  /** Times that a region was left for the reason with this number. */
  long exits(RegionExit.Why why) {
    return counters[EXITS + why.ordinal()];
  }
}
