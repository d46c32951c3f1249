package io.tlbscope.tools.summary;

import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.report.Operations;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Ticks from a shootdown's first ICR write to its last acknowledgement, by operation. Completed
 * shootdowns only; 0 where all targets answered before.
 */
public final class ShootdownLatencies implements TraceSink {
  private static final int DIGITS = 3;

  private static final class Open {
    final long begun;
    long sent = -1;
    long lastAck = -1;

    Open(long begun) {
      this.begun = begun;
    }
  }

  private final Map<Long, Open> open = new HashMap<>();

  /**
   * A histogram, whose values are exact to {@link #DIGITS} digits, with the exact ends beside it.
   */
  private static final class Ticks {
    final Histogram histogram = new Histogram(DIGITS);
    long least = Long.MAX_VALUE;
    long most;

    void record(long ticks) {
      histogram.recordValue(ticks);
      least = Math.min(least, ticks);
      most = Math.max(most, ticks);
    }

    long percentile(double percent) {
      return Math.min(most, histogram.getValueAtPercentile(percent));
    }
  }

  private final Map<Long, Ticks> byOperation = new TreeMap<>();
  private final Ticks all = new Ticks();
  private final Ticks waits = new Ticks();

  @Override
  public void accept(TraceEvent event) {
    switch (event.kind()) {
      case SHOOTDOWN_BEGIN -> open.put(event.id(), new Open(event.time()));
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
      case SHOOTDOWN_DONE -> done(open.remove(event.id()), event);
      default -> {}
    }
  }

  private void done(Open shootdown, TraceEvent done) {
    if (shootdown == null) {
      return;
    }
    waits.record(done.time() - shootdown.begun);
    if (shootdown.sent < 0 || shootdown.lastAck < 0) {
      return;
    }
    long ticks = Math.max(0, shootdown.lastAck - shootdown.sent);
    all.record(ticks);
    byOperation.computeIfAbsent(done.a(), op -> new Ticks()).record(ticks);
  }

  /**
   * {@code all} and then each operation that occurred, by name: count, min, mean, p50, p90, p99,
   * max in ticks.
   */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("all", json(all));
    byOperation.forEach((operation, ticks) -> json.put(Operations.name(operation), json(ticks)));
    return json;
  }

  /**
   * Ticks from the filled record to the initiator's release, all operations: count, min, mean, p50,
   * p90, p99, max.
   */
  Map<String, Object> waits() {
    return json(waits);
  }

  private static Map<String, Object> json(Ticks ticks) {
    long count = ticks.histogram.getTotalCount();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("count", count);
    json.put("min", count == 0 ? 0 : ticks.least);
    json.put("mean", Math.round(ticks.histogram.getMean()));
    json.put("p50", ticks.percentile(50));
    json.put("p90", ticks.percentile(90));
    json.put("p99", ticks.percentile(99));
    json.put("max", ticks.most);
    return json;
  }
}
