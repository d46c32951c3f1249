package io.tlbscope.core.translate;

/** What one vCPU's regions did. Written by its thread alone. */
public final class Statistics {
  private final long[] exits = new long[RegionExit.Why.values().length];
  private long entries;
  private long retired;
  private long accesses;

  void left(RegionExit.Why why, int instructions) {
    exits[why.ordinal()]++;
    entries++;
    retired += instructions;
  }

  /** Notes the memory accesses of one run of a region. */
  void accessed(long count) {
    accesses += count;
  }

  /** Memory accesses in regions that count them, those for which the region was left included. */
  long accesses() {
    return accesses;
  }

  /** Times that a region was entered. */
  public long entries() {
    return entries;
  }

  /** Instructions that retired in regions. */
  public long retired() {
    return retired;
  }

  /** Times that a region was left for the reason with this number. */
  long exits(RegionExit.Why why) {
    return exits[why.ordinal()];
  }
}
