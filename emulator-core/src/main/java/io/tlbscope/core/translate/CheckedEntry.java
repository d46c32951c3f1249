package io.tlbscope.core.translate;

import io.tlbscope.core.interpret.Node;
import io.tlbscope.core.interpret.NodeTable;
import io.tlbscope.core.vcpu.Processor;

/** A region's entry that has each run of it checked. */
final class CheckedEntry extends RegionEntry {
  private final EngineCheck check;
  private final Node node;

  /** How the region was left last; null if it was not entered. */
  private RegionExit exit;

  CheckedEntry(
      RegionTranslator translator,
      Processor cpu,
      NodeTable nodes,
      Node node,
      Region region,
      EngineCheck check) {
    super(translator, cpu, nodes, node, region);
    this.check = check;
    this.node = node;
  }

  @Override
  public int run(long end) {
    exit = null;
    int how = super.run(end);
    if (exit != null) {
      check.after(region, exit, node.mode.code());
    }
    return how;
  }

  @Override
  long enter(RegionCode code, int budget) {
    check.before();
    long out = super.enter(code, budget);
    exit = region.exits[(int) out];
    return out;
  }
}
