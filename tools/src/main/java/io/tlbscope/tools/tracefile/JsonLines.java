package io.tlbscope.tools.tracefile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tlbscope.core.trace.TraceEvent;
import io.tlbscope.core.trace.TraceSink;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Writes events as JSON, one object a line: {@code kind}, {@code time}, {@code cpu}, {@code
 * retired}, {@code rip} and {@code id}, {@code a} to {@code d} as far as the kind has them. Numbers
 * are signed; {@code rip} is hexadecimal text.
 */
public final class JsonLines implements TraceSink {
  private final JsonGenerator json;

  /** Takes the stream over: {@link #close} closes it. */
  public JsonLines(OutputStream out) throws IOException {
    json = new JsonFactory().createGenerator(out);
    json.setRootValueSeparator(null);
  }

  @Override
  public void accept(TraceEvent event) {
    try {
      json.writeStartObject();
      json.writeStringField("kind", event.kind().name());
      json.writeNumberField("time", event.time());
      json.writeNumberField("cpu", event.cpu());
      json.writeNumberField("retired", event.retired());
      json.writeStringField("rip", TraceJson.hex(event.rip()));
      field(event.kind().idMeaning(), "id", event.id());
      field(event.kind().argumentMeaning(0), "a", event.a());
      field(event.kind().argumentMeaning(1), "b", event.b());
      field(event.kind().argumentMeaning(2), "c", event.c());
      field(event.kind().argumentMeaning(3), "d", event.d());
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void field(String meaning, String name, long value) throws IOException {
    if (!meaning.equals("-")) {
      json.writeNumberField(name, value);
    }
  }

  @Override
  public void close() {
    try {
      json.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
