package io.tlbscope.tools.summary;

import io.tlbscope.core.run.Outcome;
import io.tlbscope.core.run.RunResult;
import io.tlbscope.core.trace.StatisticsSink;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.tools.tracefile.TraceJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes the JSON summary: see docs/json.md, which names every field. Nothing in it depends on the
 * host.
 */
public final class Summary {
  /** Raised when a field changes its meaning or goes; new fields do not raise it. */
  public static final int FORMAT = 1;

  private Summary() {}

  /**
   * The summary as maps, lists, numbers and strings.
   *
   * @param exitCode the process's
   */
  public static Map<String, Object> of(
      RunFacts facts,
      RunResult result,
      StatisticsSink statistics,
      ShootdownLatencies latencies,
      int exitCode) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("version", facts.version());
    json.put("guest", facts.guest());
    json.put("guest_sha256", facts.guestSha256());
    json.put("outcome", name(result.outcome()));
    json.put("reason", result.reason());
    json.put("exit_code", exitCode);
    json.put("guest_exit", result.outcome() == Outcome.EXITED ? result.guestExit() : null);
    json.put("cpus", facts.cpus());
    json.put("memory", facts.memory());
    json.put("tlb_geometry", facts.tlb());
    json.put("seed", facts.seed());
    json.put("quantum", facts.quantum());
    json.put("engine", facts.engine());
    json.put("schedule", facts.schedule());
    if (!facts.memoryOrder().equals("sc")) {
      json.put("memory_order", facts.memoryOrder());
    }
    json.put("plugins", facts.plugins());
    json.put("instructions", result.instructions());
    json.put("ticks", result.ticks());
    json.put("shootdowns", shootdowns(result, statistics, latencies));
    json.put("ipis", ipis(statistics));
    json.put("tlb", tlb(result, statistics));
    json.put("violations", result.violations().stream().map(TraceJson::violation).toList());
    json.put("per_cpu", perCpu(result, statistics));
    result.sections().forEach(json::putIfAbsent);
    return json;
  }

  private static String name(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Map<String, Object> shootdowns(
      RunResult result, StatisticsSink statistics, ShootdownLatencies latencies) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("initiated", pmap(result, "initiated", statistics.count(TraceKind.SHOOTDOWN_BEGIN)));
    json.put("completed", pmap(result, "completed", statistics.count(TraceKind.SHOOTDOWN_DONE)));
    json.put("lost", pmap(result, "lost", statistics.count(TraceKind.SHOOTDOWN_LOST)));
    json.put("latency", latencies.json());
    json.put("wait", latencies.waits());
    return json;
  }

  private static Map<String, Object> ipis(StatisticsSink statistics) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sent", statistics.count(TraceKind.IPI_SENT));
    json.put("merged", statistics.ipisMerged());
    return json;
  }

  private static Map<String, Object> tlb(RunResult result, StatisticsSink statistics) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("filled", statistics.count(TraceKind.TLB_FILL));
    json.put("evicted", statistics.count(TraceKind.TLB_EVICT));
    json.put("dropped", statistics.count(TraceKind.TLB_DROP));
    json.put("over_invalidated", pmap(result, "over_invalidated", 0));
    return json;
  }

  /**
   * A number of the pmap plugin's section; {@code otherwise} when the plugin is not loaded or
   * follows nothing.
   */
  private static long pmap(RunResult result, String key, long otherwise) {
    return result.sections().get("pmap") instanceof Map<?, ?> section
            && section.get(key) instanceof Number number
        ? number.longValue()
        : otherwise;
  }

  private static List<Map<String, Object>> perCpu(RunResult result, StatisticsSink statistics) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int cpu = 0; cpu < result.perCpu().size(); cpu++) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("cpu", cpu);
      json.put("instructions", result.perCpu().get(cpu));
      json.put("interrupts", statistics.count(TraceKind.INTERRUPT_TAKEN, cpu));
      json.put("ipis_sent", statistics.count(TraceKind.IPI_SENT, cpu));
      json.put("shootdowns_initiated", statistics.count(TraceKind.SHOOTDOWN_BEGIN, cpu));
      json.put("requests_served", statistics.count(TraceKind.SHOOTDOWN_ACK, cpu));
      json.put("tlb_filled", statistics.count(TraceKind.TLB_FILL, cpu));
      json.put("tlb_evicted", statistics.count(TraceKind.TLB_EVICT, cpu));
      json.put("tlb_dropped", statistics.count(TraceKind.TLB_DROP, cpu));
      list.add(json);
    }
    return list;
  }
}
