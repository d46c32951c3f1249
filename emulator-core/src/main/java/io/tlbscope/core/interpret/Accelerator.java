package io.tlbscope.core.interpret;

/** Told which code is hot. On the vCPU's thread, between two blocks. */
@FunctionalInterface
public interface Accelerator {
  /** A machine without one. */
  Accelerator NONE = node -> {};

  /** The node's block was interpreted {@link Node#HOT} times since its heat was last set to 0. */
  void hot(Node node);
}
