package io.tlbscope.core.run;

/**
 * A point of a vCPU's way through the guest.
 *
 * @param at instructions that it had retired since exploration began
 */
public record Place(int cpu, long at) {}
