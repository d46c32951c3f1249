package io.tlbscope.tools.tracefile;

import java.util.List;
import java.util.Map;

/**
 * What was run. Holds nothing that differs between two runs of the same command.
 *
 * @param guest the guest as the user named it, without its folder
 * @param guestSha256 hash of the guest's file, hexadecimal
 * @param cpus vCPUs, 1..255
 * @param seed of the schedule
 * @param options the run's options by long name, in order of name
 * @param command the command line that makes the run again, words unquoted
 * @param version of tlbscope
 */
public record TraceHeader(
    String guest,
    String guestSha256,
    int cpus,
    long seed,
    Map<String, String> options,
    List<String> command,
    String version) {}
