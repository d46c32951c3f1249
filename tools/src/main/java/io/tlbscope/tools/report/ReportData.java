package io.tlbscope.tools.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tlbscope.core.hook.Invalidation;
import io.tlbscope.core.trace.TraceKind;
import io.tlbscope.tools.tracefile.TraceFileReader;
import io.tlbscope.tools.tracefile.TraceFormatException;
import io.tlbscope.tools.tracefile.TraceHeader;
import io.tlbscope.tools.tracefile.TraceJson;
import io.tlbscope.tools.tracefile.TraceTrailer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Everything the page shows, as one JSON object. */
final class ReportData {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReportData() {}

  /**
   * Reads the trace to its end, or to where it is damaged, and writes the object; gives the damage
   * in a sentence.
   */
  static String write(TraceFileReader trace, int mostEvents, OutputStream out) throws IOException {
    EventColumns events = new EventColumns(mostEvents);
    String damage = "";
    try {
      trace.readAll(events);
    } catch (TraceFormatException e) {
      if (events.total() == 0) {
        throw e;
      }
      damage = "The trace is incomplete: " + e.getMessage() + ".";
    }
    TraceHeader header = trace.header();
    TraceTrailer trailer = trace.trailer();
    try (JsonGenerator json = MAPPER.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("guest", header.guest());
      json.writeStringField("sha256", header.guestSha256());
      json.writeNumberField("cpus", header.cpus());
      json.writeStringField("seed", Long.toString(header.seed()));
      json.writePOJOField("options", header.options());
      json.writePOJOField("command", header.command());
      json.writeStringField("version", header.version());
      json.writeStringField("damage", damage);
      json.writeNumberField("total", events.total());
      json.writeNumberField("shown", events.shown());
      json.writePOJOField("kinds", Arrays.stream(TraceKind.values()).map(Enum::name).toList());
      json.writePOJOField("ops", Operations.names());
      json.writePOJOField(
          "invalidations", Arrays.stream(Invalidation.values()).map(Enum::name).toList());
      json.writePOJOField(
          "violations", trailer.violations().stream().map(TraceJson::violation).toList());
      json.writePOJOField("summary", trailer.summary());
      events.writeRips(json, trailer.symbols());
      events.writeColumns(json);
      json.writeEndObject();
    }
    return damage;
  }
}
