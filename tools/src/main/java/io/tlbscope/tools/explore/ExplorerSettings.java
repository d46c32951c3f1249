package io.tlbscope.tools.explore;

/**
 * What to explore.
 *
 * @param cpus vCPUs of the guest
 * @param first and {@code last} numbers of schedules, both included
 * @param depth see {@link StrategyKind#schedules}
 * @param jobs threads
 * @param all go on behind the first finding
 * @param maxInstructions after which the guest counts as hung, 0 for ten times the plain run
 * @param seconds of host time after which to stop, infinity for none
 */
public record ExplorerSettings(
    int cpus,
    StrategyKind strategy,
    long first,
    long last,
    int depth,
    int jobs,
    boolean all,
    long maxInstructions,
    double seconds) {}
