package io.tlbscope.core.run;

/**
 * A place where an order of vCPUs departs from the plain one, see {@link PlainOrder}.
 *
 * @param cpu the vCPU that ran last
 * @param at instructions that it had retired since exploration began
 * @param to the vCPU that goes on; {@code cpu} itself where the plain order would have left it
 */
public record Preemption(int cpu, long at, int to) {}
