package io.tlbscope.tools.tracefile;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tlbscope.core.plugin.CodeLine;
import io.tlbscope.core.plugin.Violation;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The trace's JSON blocks. Addresses are {@code "0x..."} strings: JSON numbers lose bits above 2^53
 * in many readers.
 */
public final class TraceJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private TraceJson() {}

  static byte[] bytes(TraceHeader header) throws IOException {
    return MAPPER.writeValueAsBytes(header);
  }

  static byte[] bytes(TraceTrailer trailer) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("violations", trailer.violations().stream().map(TraceJson::violation).toList());
    Map<String, String> symbols = new LinkedHashMap<>();
    new TreeMap<>(trailer.symbols()).forEach((rip, symbol) -> symbols.put(hex(rip), symbol));
    json.put("symbols", symbols);
    json.put("summary", trailer.summary());
    return MAPPER.writeValueAsBytes(json);
  }

  /** A violation as the summary, the trace and the report show it. */
  public static Map<String, Object> violation(Violation violation) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", violation.kind());
    json.put("cpu", violation.cpu());
    json.put("rip", hex(violation.rip()));
    json.put("symbol", violation.symbol());
    json.put("time", violation.time());
    json.put("message", violation.message());
    if (!violation.details().isEmpty()) {
      json.put("details", violation.details());
    }
    if (!violation.code().isEmpty()) {
      Map<String, Object> code = new LinkedHashMap<>();
      violation
          .code()
          .forEach(
              (rip, lines) -> code.put(hex(rip), lines.stream().map(TraceJson::line).toList()));
      json.put("code", code);
    }
    return json;
  }

  private static Map<String, Object> line(CodeLine line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rip", hex(line.rip()));
    json.put("symbol", line.symbol());
    json.put("bytes", line.bytes());
    json.put("text", line.text());
    return json;
  }

  /** {@code 0x} and the address as unsigned hexadecimal digits. */
  public static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }

  static TraceHeader header(byte[] json) throws IOException {
    try {
      return MAPPER.readValue(json, TraceHeader.class);
    } catch (JacksonException e) {
      throw new TraceFormatException(
          "the trace's header is not what it should be: " + e.getOriginalMessage());
    }
  }

  private record Trailer(
      List<Map<String, Object>> violations,
      Map<String, String> symbols,
      Map<String, Object> summary) {}

  static TraceTrailer trailer(byte[] json) throws IOException {
    try {
      Trailer read = MAPPER.readValue(json, new TypeReference<Trailer>() {});
      Map<Long, String> symbols = new TreeMap<>();
      read.symbols().forEach((rip, symbol) -> symbols.put(address(rip), symbol));
      return new TraceTrailer(
          read.violations().stream().map(TraceJson::violation).toList(), symbols, read.summary());
    } catch (JacksonException e) {
      throw new TraceFormatException(
          "the trace's trailer is not what it should be: " + e.getOriginalMessage());
    } catch (RuntimeException e) {
      throw new TraceFormatException("the trace's trailer is not what it should be: " + e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Violation violation(Map<String, Object> json) {
    return new Violation(
        (String) json.get("kind"),
        ((Number) json.get("cpu")).intValue(),
        address((String) json.get("rip")),
        (String) json.get("symbol"),
        ((Number) json.get("time")).longValue(),
        (String) json.get("message"),
        (Map<String, Object>) json.getOrDefault("details", Map.of()),
        code((Map<String, List<Map<String, String>>>) json.getOrDefault("code", Map.of())));
  }

  private static Map<Long, List<CodeLine>> code(Map<String, List<Map<String, String>>> json) {
    Map<Long, List<CodeLine>> code = new LinkedHashMap<>();
    json.forEach(
        (rip, lines) ->
            code.put(
                address(rip),
                lines.stream()
                    .map(
                        line ->
                            new CodeLine(
                                address(line.get("rip")),
                                line.get("symbol"),
                                line.get("bytes"),
                                line.get("text")))
                    .toList()));
    return code;
  }

  private static long address(String hex) {
    return Long.parseUnsignedLong(hex.substring(2), 16);
  }
}
