package io.tlbscope.core.run;

import io.tlbscope.core.plugin.Violation;
import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param guestExit status for {@link Outcome#EXITED}: value written to the debug-exit port times 2
 *     plus 1; else 0
 * @param instructions retired by all vCPUs
 * @param perCpu retired by each vCPU
 * @param ticks virtual time at the end, 1 tick = 1 ns of guest time
 * @param sections what plugins add to the summary, by key, in order of plugin
 * @param reason one line that a user understands
 * @param report registers, last instructions and fault chain where the guest or the emulator
 *     failed; else empty
 */
public record RunResult(
    Outcome outcome,
    int guestExit,
    long instructions,
    List<Long> perCpu,
    long ticks,
    List<Violation> violations,
    Map<String, Object> sections,
    String reason,
    String report) {}
