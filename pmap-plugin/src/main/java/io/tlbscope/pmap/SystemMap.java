package io.tlbscope.pmap;

import io.tlbscope.core.plugin.PluginException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of a kernel's addresses, from a System.map or what /proc/kallsyms says. */
final class SystemMap {
  /** No symbols at all. */
  static final SystemMap NONE = new SystemMap();

  /** Address, type, name, and perhaps the module in brackets. */
  private static final Pattern LINE =
      Pattern.compile("([0-9a-fA-F]{1,16}) ([A-Za-z?]) (\\S+)(?:\\s+\\[\\S+])?");

  /** An address further than this behind a symbol is not in it. */
  private static final long REACH = 1 << 20;

  private final TreeMap<Long, String> byAddress = new TreeMap<>(Long::compareUnsigned);

  private SystemMap() {}

  /**
   * @param option the option's value; empty for none
   */
  static SystemMap of(String option) throws PluginException {
    return option.isEmpty() ? NONE : read(Path.of(option));
  }

  private static SystemMap read(Path file) throws PluginException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new PluginException("plugin pmap: symbols=" + file + " is not text", e);
    } catch (IOException e) {
      throw new PluginException("plugin pmap: symbols=" + file + " cannot be read: " + e, e);
    }
    SystemMap map = new SystemMap();
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (!line.matches()) {
        throw new PluginException(
            "plugin pmap: symbols="
                + file
                + ", line "
                + (i + 1)
                + ": '"
                + lines.get(i)
                + "' is not ADDRESS TYPE NAME, as in System.map or /proc/kallsyms");
      }
      // Absolute symbols are no places: offsets in a per-CPU area, sizes.
      if (!line.group(2).equalsIgnoreCase("a")) {
        map.byAddress.putIfAbsent(Long.parseUnsignedLong(line.group(1), 16), line.group(3));
      }
    }
    if (map.byAddress.isEmpty() || map.byAddress.lastKey() == 0) {
      throw new PluginException(
          "plugin pmap: symbols="
              + file
              + " has no addresses; /proc/kallsyms shows them to root alone");
    }
    return map;
  }

  /** The nearest symbol at or below the address as {@code name+0x12}, or an empty string. */
  String at(long va) {
    Map.Entry<Long, String> entry = byAddress.floorEntry(va);
    if (entry == null || Long.compareUnsigned(va - entry.getKey(), REACH) >= 0) {
      return "";
    }
    long offset = va - entry.getKey();
    return offset == 0 ? entry.getValue() : entry.getValue() + "+0x" + Long.toHexString(offset);
  }
}
