package io.tlbscope.core.run;

import io.tlbscope.core.plugin.CodeLine;
import io.tlbscope.core.plugin.Violation;
import io.tlbscope.core.state.StateException;
import io.tlbscope.core.state.StateReader;
import io.tlbscope.core.state.StateWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A violation in a snapshot, with all that is known of it. */
final class ViolationState {
  private static final int TEXT = 0, LONG = 1, INT = 2, BOOLEAN = 3, MAP = 4;

  private ViolationState() {}

  static void save(Violation violation, StateWriter to) {
    to.putString(violation.kind());
    to.putInt(violation.cpu());
    to.putLong(violation.rip());
    to.putString(violation.symbol());
    to.putLong(violation.time());
    to.putString(violation.message());
    put(to, violation.details());
    to.putInt(violation.code().size());
    violation
        .code()
        .forEach(
            (rip, lines) -> {
              to.putLong(rip);
              to.putInt(lines.size());
              for (CodeLine line : lines) {
                to.putLong(line.rip());
                to.putString(line.symbol());
                to.putString(line.bytes());
                to.putString(line.text());
              }
            });
  }

  static Violation load(StateReader from) {
    Violation violation =
        new Violation(
            from.getString(),
            from.getInt(),
            from.getLong(),
            from.getString(),
            from.getLong(),
            from.getString(),
            map(from));
    Map<Long, List<CodeLine>> code = new LinkedHashMap<>();
    for (int rips = from.getCount(Integer.MAX_VALUE); rips > 0; rips--) {
      long rip = from.getLong();
      List<CodeLine> lines = new ArrayList<>();
      for (int rest = from.getCount(Integer.MAX_VALUE); rest > 0; rest--) {
        lines.add(
            new CodeLine(from.getLong(), from.getString(), from.getString(), from.getString()));
      }
      code.put(rip, lines);
    }
    return violation.withCode(code);
  }

  private static void put(StateWriter to, Map<?, ?> map) {
    to.putInt(map.size());
    map.forEach(
        (key, value) -> {
          to.putString((String) key);
          switch (value) {
            case String text -> {
              to.putInt(TEXT);
              to.putString(text);
            }
            case Long number -> {
              to.putInt(LONG);
              to.putLong(number);
            }
            case Integer number -> {
              to.putInt(INT);
              to.putInt(number);
            }
            case Boolean truth -> {
              to.putInt(BOOLEAN);
              to.putBoolean(truth);
            }
            case Map<?, ?> more -> {
              to.putInt(MAP);
              put(to, more);
            }
            default ->
                throw new StateException(
                    "a violation's detail '" + key + "' is a " + value.getClass().getName());
          }
        });
  }

  private static Map<String, Object> map(StateReader from) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int rest = from.getCount(Integer.MAX_VALUE); rest > 0; rest--) {
      String key = from.getString();
      map.put(
          key,
          switch (from.getCount(MAP)) {
            case TEXT -> from.getString();
            case LONG -> from.getLong();
            case INT -> from.getInt();
            case BOOLEAN -> from.getBoolean();
            default -> map(from);
          });
    }
    return map;
  }
}
