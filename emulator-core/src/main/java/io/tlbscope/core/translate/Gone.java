package io.tlbscope.core.translate;

import io.tlbscope.core.interpret.FastPath;
import io.tlbscope.core.interpret.Node;

/**
 * In place of the entry of a region that is no more: on the vCPU's thread, whose heat it is, the
 * node starts again from cold.
 */
final class Gone extends FastPath {
  private final Node node;

  Gone(Node node) {
    this.node = node;
  }

  @Override
  public int run(long end) {
    node.fast = null;
    node.cool();
    return ABSENT;
  }
}
