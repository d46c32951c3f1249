package io.tlbscope.guests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parses a stanza file.
 *
 * <pre>
 * # a comment
 * [name]
 * file = hello.elf
 * key  = value up to the end of the line
 * </pre>
 */
public final class Stanzas {
  private Stanzas() {}

  /**
   * The stanzas in the text's order.
   *
   * @throws IllegalArgumentException with the line's number when a line is no comment, head or key
   */
  public static List<Stanza> parse(String text) {
    List<Stanza> stanzas = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Map<String, String> keys = null;
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.strip();
      int equals = line.indexOf('=');
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("[") && line.endsWith("]")) {
        String name = line.substring(1, line.length() - 1).strip();
        require(
            !name.isEmpty() && names.add(name),
            number,
            "the stanza's name is empty or was there before");
        keys = new LinkedHashMap<>();
        stanzas.add(new Stanza(name, Collections.unmodifiableMap(keys)));
        continue;
      }
      require(equals > 0 && keys != null, number, "neither '[name]' nor, below one, 'key = value'");
      keys.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
    }
    return List.copyOf(stanzas);
  }

  private static void require(boolean holds, int number, String message) {
    if (!holds) {
      throw new IllegalArgumentException("stanza file, line " + number + ": " + message);
    }
  }
}
