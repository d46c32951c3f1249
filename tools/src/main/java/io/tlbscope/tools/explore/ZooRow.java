package io.tlbscope.tools.explore;

/**
 * What a strategy made of a guest of the zoo and of its twin.
 *
 * @param guest with the bug
 * @param bug its exploration, with one finding or none
 * @param twin the exploration of the guest after the fix; null where it has none
 */
public record ZooRow(String guest, StrategyKind strategy, ExplorerResult bug, ExplorerResult twin) {

  /** The bug's finding, null if there is none. */
  public Finding finding() {
    return bug.findings().isEmpty() ? null : bug.findings().getFirst();
  }

  /** Schedules up to the one that showed the bug, or all. */
  public long schedules(long first) {
    Finding finding = finding();
    return finding == null
        ? bug.schedules()
        : finding.strategy() == null ? 0 : finding.seed() - first + 1;
  }
}
