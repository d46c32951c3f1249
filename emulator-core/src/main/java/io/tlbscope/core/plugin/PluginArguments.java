package io.tlbscope.core.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** One {@code --plugin} argument: {@code name,key=value,key=value}. Values hold no comma. */
record PluginArguments(String name, Map<String, String> given) {
  static PluginArguments parse(String text) throws PluginException {
    String[] parts = text.split(",", -1);
    String name = parts[0].strip();
    if (name.isEmpty()) {
      throw new PluginException(
          "--plugin '" + text + "' names no plugin; write name,key=value,...");
    }
    Map<String, String> given = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals <= 0) {
        throw new PluginException(
            "plugin "
                + name
                + ": '"
                + parts[i]
                + "' is not key=value; write "
                + name
                + ",key=value,...");
      }
      String key = parts[i].substring(0, equals).strip();
      if (given.put(key, parts[i].substring(equals + 1)) != null) {
        throw new PluginException("plugin " + name + ": option " + key + " is given twice");
      }
    }
    return new PluginArguments(name, given);
  }

  /** The plugin's options with these values, its defaults where none was given. */
  Map<String, String> completed(Plugin plugin) throws PluginException {
    Map<String, String> all = new LinkedHashMap<>();
    for (PluginOption option : plugin.options()) {
      all.put(option.key(), option.defaultValue());
    }
    for (Map.Entry<String, String> entry : given.entrySet()) {
      if (all.replace(entry.getKey(), entry.getValue()) == null) {
        throw new PluginException(
            "plugin " + name + " has no option " + entry.getKey() + "; it takes " + keys(all));
      }
    }
    return all;
  }

  private static String keys(Map<String, String> options) {
    return options.isEmpty() ? "no options" : String.join(", ", new TreeSet<>(options.keySet()));
  }
}
