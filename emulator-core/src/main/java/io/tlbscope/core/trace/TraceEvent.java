package io.tlbscope.core.trace;

/**
 * One event of a run. A flat record so that every sink (file, report, Perfetto) treats all kinds
 * alike; the meaning of {@code a..d} is a kind's own and stands at {@link TraceKind}.
 *
 * @param kind what happened
 * @param time virtual time in ticks (1 tick = 1 ns of guest time in deterministic mode)
 * @param cpu vCPU index, -1 for the machine
 * @param retired instructions the vCPU had retired
 * @param rip the vCPU's instruction pointer
 * @param id links events of one thing (a shootdown's number, a TLB entry's serial); 0 for none
 */
public record TraceEvent(
    TraceKind kind,
    long time,
    int cpu,
    long retired,
    long rip,
    long id,
    long a,
    long b,
    long c,
    long d) {}
