package io.tlbscope.guests;

import java.util.Map;

/**
 * One way to run a guest.
 *
 * @param name the stanza's name, unique in the file
 * @param keys what the stanza says, in its order
 */
public record Stanza(String name, Map<String, String> keys) {
  /**
   * The guest's name: key {@code file} without {@code .elf}, the stanza's name where it has none.
   */
  public String guest() {
    String file = get("file", name);
    String base = file.substring(file.lastIndexOf('/') + 1);
    return base.endsWith(".elf") ? base.substring(0, base.length() - 4) : base;
  }

  /** The key's value, {@code otherwise} when the stanza does not have it. */
  public String get(String key, String otherwise) {
    return keys.getOrDefault(key, otherwise);
  }
}
