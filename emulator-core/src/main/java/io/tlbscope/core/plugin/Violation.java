package io.tlbscope.core.plugin;

import java.util.List;
import java.util.Map;

/**
 * A broken rule of the guest.
 *
 * @param kind in kebab-case
 * @param cpu vCPU index of the culprit
 * @param rip its RIP
 * @param symbol the guest's symbol there, as {@code name+0x12}; empty if unknown
 * @param time ticks
 * @param message one sentence
 * @param details what else is known, for programs: strings, numbers, booleans and maps of them, in
 *     a fixed order; may be empty
 * @param code by each RIP that the violation names: the instructions around it, as they stood in
 *     memory when it was recorded; the machine fills it in
 */
public record Violation(
    String kind,
    int cpu,
    long rip,
    String symbol,
    long time,
    String message,
    Map<String, Object> details,
    Map<Long, List<CodeLine>> code) {
  /** A violation as a plugin records it. */
  public Violation(
      String kind,
      int cpu,
      long rip,
      String symbol,
      long time,
      String message,
      Map<String, Object> details) {
    this(kind, cpu, rip, symbol, time, message, details, Map.of());
  }

  /** A violation with no details. */
  public Violation(String kind, int cpu, long rip, String symbol, long time, String message) {
    this(kind, cpu, rip, symbol, time, message, Map.of());
  }

  /** The same with the code around its places. */
  public Violation withCode(Map<Long, List<CodeLine>> around) {
    return new Violation(kind, cpu, rip, symbol, time, message, details, around);
  }
}
