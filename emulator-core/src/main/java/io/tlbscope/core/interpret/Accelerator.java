package io.tlbscope.core.interpret;

/** Told which code is hot. On the vCPU's thread, between two blocks. */
@FunctionalInterface
public interface Accelerator {
  /** A machine without one. */
  Accelerator NONE = node -> {};

  /**
   * The node's block was interpreted {@link Node#HOT} times since it was cold, more if it is {@link
   * Node#cover covered}.
   */
  void hot(Node node);
}
