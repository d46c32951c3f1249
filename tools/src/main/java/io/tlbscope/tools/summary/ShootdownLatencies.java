package io.tlbscope.tools.summary;

import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.report.Operations;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Ticks from a shootdown's first ICR write to its last acknowledgement, by operation. Completed shootdowns only; 0 where all targets answered before. */
public final class ShootdownLatencies implements TraceSink {
  private static final int DIGITS = 3;

  private static final class Open {
    long sent = -1;
    long lastAck = -1;
  }

  private final Map<Long, Open> open = new HashMap<>();
  private final Map<Long, Histogram> byOperation = new TreeMap<>();
  private final Histogram all = new Histogram(DIGITS);

  @Override
  public void accept(TraceEvent event) {
    switch (event.kind()) {
      case SHOOTDOWN_BEGIN -> open.put(event.id(), new Open());
      case SHOOTDOWN_ICR -> {
        Open shootdown = open.get(event.id());
        if (shootdown != null && shootdown.sent < 0) {
          shootdown.sent = event.time();
        }
      }
      case SHOOTDOWN_ACK -> {
        Open shootdown = open.get(event.id());
        if (shootdown != null) {
          shootdown.lastAck = event.time();
        }
      }
      case SHOOTDOWN_DONE -> done(open.remove(event.id()), event.a());
      default -> { }
    }
  }

  private void done(Open shootdown, long operation) {
    if (shootdown == null || shootdown.sent < 0 || shootdown.lastAck < 0) {
      return;
    }
    long ticks = Math.max(0, shootdown.lastAck - shootdown.sent);
    all.recordValue(ticks);
    byOperation.computeIfAbsent(operation, op -> new Histogram(DIGITS)).recordValue(ticks);
  }

  /** Of all operations together. */
  Histogram all() {
    return all;
  }

  /** {@code all} and then each operation that occurred, by name: count, min, mean, p50, p90, p99, max in ticks. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("all", json(all));
    byOperation.forEach((operation, histogram) -> json.put(Operations.name(operation), json(histogram)));
    return json;
  }

  private static Map<String, Object> json(Histogram histogram) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("count", histogram.getTotalCount());
    json.put("min", histogram.getTotalCount() == 0 ? 0 : histogram.getMinValue());
    json.put("mean", Math.round(histogram.getMean()));
    json.put("p50", histogram.getValueAtPercentile(50));
    json.put("p90", histogram.getValueAtPercentile(90));
    json.put("p99", histogram.getValueAtPercentile(99));
    json.put("max", histogram.getMaxValue());
    return json;
  }
}
