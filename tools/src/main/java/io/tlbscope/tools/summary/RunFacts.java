package io.tlbscope.tools.summary;

import java.util.List;

/**
 * What was asked for, as the summary repeats it.
 *
 * @param version of tlbscope
 * @param memory RAM in bytes
 * @param tlb the TLB's geometry as the user gave it
 * @param quantum mean slice in instructions, 0 for slices that adapt
 * @param memoryOrder {@code sc} or {@code tso}
 */
public record RunFacts(
    String version,
    String guest,
    String guestSha256,
    int cpus,
    long memory,
    String tlb,
    long seed,
    int quantum,
    String engine,
    String schedule,
    String memoryOrder,
    List<String> plugins) {}
