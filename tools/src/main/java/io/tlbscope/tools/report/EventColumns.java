package io.tlbscope.tools.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceSink;
import io.tlbscope.tools.tracefile.TraceJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Collects a trace's first events and writes them as JSON columns, instruction pointers as places
 * in a table.
 */
final class EventColumns implements TraceSink {
  /** Largest integer that a JavaScript number holds exactly, and its negative. */
  private static final long SAFE = (1L << 53) - 1;

  private final int most;
  private final List<TraceEvent> events = new ArrayList<>();
  private final Map<Long, Integer> rips = new LinkedHashMap<>();
  private long total;

  /**
   * @param most events kept
   */
  EventColumns(int most) {
    this.most = most;
  }

  @Override
  public void accept(TraceEvent event) {
    total++;
    if (events.size() < most) {
      events.add(event);
      rips.putIfAbsent(event.rip(), rips.size());
    }
  }

  long total() {
    return total;
  }

  int shown() {
    return events.size();
  }

  /** Writes the field {@code rips}: pairs of address and symbol. */
  void writeRips(JsonGenerator json, Map<Long, String> symbols) throws IOException {
    json.writeArrayFieldStart("rips");
    for (long rip : rips.keySet()) {
      json.writeStartArray();
      json.writeString(TraceJson.hex(rip));
      json.writeString(symbols.getOrDefault(rip, ""));
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /** Writes the field {@code columns}; times as differences. */
  void writeColumns(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("columns");
    column(json, "kind", event -> event.kind().ordinal());
    long[] last = {0};
    column(
        json,
        "time",
        event -> {
          long delta = event.time() - last[0];
          last[0] = event.time();
          return delta;
        });
    column(json, "cpu", TraceEvent::cpu);
    column(json, "retired", TraceEvent::retired);
    column(json, "rip", event -> rips.get(event.rip()));
    column(json, "id", TraceEvent::id);
    column(json, "a", TraceEvent::a);
    column(json, "b", TraceEvent::b);
    column(json, "c", TraceEvent::c);
    column(json, "d", TraceEvent::d);
    json.writeEndObject();
  }

  private void column(JsonGenerator json, String name, ToLongFunction<TraceEvent> field)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (TraceEvent event : events) {
      long value = field.applyAsLong(event);
      if (value > SAFE || value < -SAFE) {
        json.writeString(TraceJson.hex(value));
      } else {
        json.writeNumber(value);
      }
    }
    json.writeEndArray();
  }
}
