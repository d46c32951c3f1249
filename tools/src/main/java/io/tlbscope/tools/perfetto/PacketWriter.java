package io.tlbscope.tools.perfetto;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.protobuf.ProtobufMapper;
import com.fasterxml.jackson.dataformat.protobuf.schema.ProtobufSchema;
import com.fasterxml.jackson.dataformat.protobuf.schema.ProtobufSchemaLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes Perfetto packets one by one: a Trace message is nothing but its packets in a row. */
final class PacketWriter {
  /** Values of TrackEvent.Type. */
  static final int SLICE_BEGIN = 1;

  static final int SLICE_END = 2;
  static final int INSTANT = 3;
  static final int COUNTER = 4;

  /** All packets come from one writer. */
  private static final int SEQUENCE = 1;

  /** SEQ_INCREMENTAL_STATE_CLEARED, on the first packet. */
  private static final int CLEARED = 1;

  /** CounterDescriptor.Unit.UNIT_COUNT. */
  private static final int UNIT_COUNT = 2;

  /** TrackDescriptor.ChildTracksOrdering.EXPLICIT. */
  private static final int EXPLICIT = 3;

  private final OutputStream out;
  private final ObjectWriter writer;

  PacketWriter(OutputStream out) throws IOException {
    this.out = out;
    try (InputStream proto = PacketWriter.class.getResourceAsStream("trace.proto")) {
      ProtobufSchema schema = ProtobufSchemaLoader.std.load(proto, "Trace");
      writer = new ProtobufMapper().writer(schema);
    }
  }

  private void packet(Map<String, Object> fields) throws IOException {
    fields.put("trusted_packet_sequence_id", SEQUENCE);
    out.write(writer.writeValueAsBytes(Map.of("packet", List.of(fields))));
  }

  void process(long uuid, String name) throws IOException {
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("uuid", uuid);
    descriptor.put("process", Map.of("pid", 1, "process_name", name));
    descriptor.put("child_ordering", EXPLICIT);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("sequence_flags", CLEARED);
    fields.put("track_descriptor", descriptor);
    packet(fields);
  }

  /** A track below {@code parent}; {@code rank} orders it among its siblings. */
  void track(long uuid, long parent, String name, int rank, boolean counter) throws IOException {
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("uuid", uuid);
    descriptor.put("name", name);
    descriptor.put("parent_uuid", parent);
    if (counter) {
      descriptor.put("counter", Map.of("unit", UNIT_COUNT));
    }
    descriptor.put("sibling_order_rank", rank);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("track_descriptor", descriptor);
    packet(fields);
  }

  /**
   * A slice's begin, its end, or an instant.
   *
   * @param name null for an end
   * @param flows ids of flows that pass here
   * @param ending ids of flows that end here
   * @param notes debug annotations: whole numbers or text
   */
  void event(
      long time,
      int type,
      long track,
      String name,
      List<Long> flows,
      List<Long> ending,
      Map<String, Object> notes)
      throws IOException {
    Map<String, Object> event = new LinkedHashMap<>();
    if (!notes.isEmpty()) {
      event.put("debug_annotations", annotations(notes));
    }
    event.put("type", type);
    event.put("track_uuid", track);
    if (name != null) {
      event.put("name", name);
    }
    if (!flows.isEmpty()) {
      event.put("flow_ids", flows);
    }
    if (!ending.isEmpty()) {
      event.put("terminating_flow_ids", ending);
    }
    at(time, event);
  }

  void counter(long time, long track, long value) throws IOException {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", COUNTER);
    event.put("track_uuid", track);
    event.put("counter_value", value);
    at(time, event);
  }

  private void at(long time, Map<String, Object> event) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("timestamp", time);
    fields.put("track_event", event);
    packet(fields);
  }

  private static List<Map<String, Object>> annotations(Map<String, Object> notes) {
    List<Map<String, Object>> list = new ArrayList<>();
    notes.forEach(
        (name, value) -> {
          Map<String, Object> note = new LinkedHashMap<>();
          note.put(value instanceof Number ? "int_value" : "string_value", value);
          note.put("name", name);
          list.add(note);
        });
    return list;
  }
}
