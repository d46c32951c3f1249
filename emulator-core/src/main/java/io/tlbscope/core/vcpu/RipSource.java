package io.tlbscope.core.vcpu;

/** The engine that runs a vCPU, asked for exact values while an instruction is under way. */
public interface RipSource {
  /** Offset in CS of the instruction that {@code position} belongs to. */
  long rip(int position);

  /** Instructions of the running block that retired before {@code position}'s. */
  int retiredInBlock(int position);
}
