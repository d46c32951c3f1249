package io.tlbscope.tools.explore;

import java.util.List;

/**
 * What came of an exploration.
 *
 * @param marked it began at the guest's marker, not at reset
 * @param plainInstructions of the run under the plain order, since exploration began
 * @param maxInstructions after which the guest counted as hung
 * @param schedules run, minimising not counted
 * @param exhausted all schedules that the strategy has were run
 * @param timedOut time was over before the last schedule
 * @param seconds of host time that the schedules took
 * @param findings by seed, each place once
 */
public record ExplorerResult(
    boolean marked,
    long plainInstructions,
    long maxInstructions,
    long schedules,
    boolean exhausted,
    boolean timedOut,
    double seconds,
    List<Finding> findings) {}
